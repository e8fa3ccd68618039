package diorama.kernel.mm;

import akka.actor.typed.ActorRef;
import diorama.kernel.data.Content;
import diorama.kernel.mm.AddressSpaceActor.FoundPage;
import diorama.kernel.mm.AddressSpaceActor.Section;
import diorama.kernel.mm.PageTables.Access;
import diorama.kernel.mm.PageTables.Entered;
import diorama.kernel.sched.Caller;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;
import org.jspecify.annotations.Nullable;

/** What an address space is asked about the page table entries that lead to its pages. */
final class PageTableCalls {
  private PageTableCalls() {}

  /** What a load finds; null if the entry is not present. */
  record Loaded(@Nullable Content page) {}

  record Link(Caller<Done> caller, Vma vma) implements Section {
    @Override
    public void execute(AddressSpace m) {
      m.pageTables.link(vma);
      caller.answer(Done.DONE);
    }
  }

  record Unlink(Caller<Done> caller, Vma vma) implements Section {
    @Override
    public void execute(AddressSpace m) {
      m.pageTables.unlink(vma, m::setPageDirtyBuffers);
      caller.answer(Done.DONE);
    }
  }

  record MappingMapped(Caller<Boolean> caller) implements Section {
    @Override
    public void execute(AddressSpace m) {
      caller.answer(m.pageTables.mapped());
    }
  }

  record PageMapped(Caller<Boolean> caller, Page page) implements Section {
    @Override
    public void execute(AddressSpace m) {
      caller.answer(page.mapcount > 0);
    }
  }

  record TruncateCount(Caller<Integer> caller) implements Section {
    @Override
    public void execute(AddressSpace m) {
      caller.answer(m.pageTables.truncateCount());
    }
  }

  record UnmapRange(Caller<Done> caller, long first, long last) implements Section {
    @Override
    public void execute(AddressSpace m) {
      m.pageTables.unmapRange(first, last, m::setPageDirtyBuffers);
      caller.answer(Done.DONE);
    }
  }

  record Mkclean(Caller<Boolean> caller, Page page) implements Section {
    @Override
    public void execute(AddressSpace m) {
      caller.answer(m.pageTables.mkclean(page));
    }
  }

  record SetPageDirtyBuffers(Caller<Done> caller, Page page) implements Section {
    @Override
    public void execute(AddressSpace m) {
      m.setPageDirtyBuffers(page);
      caller.answer(Done.DONE);
    }
  }

  record FollowPage(Caller<FoundPage> caller, Vma vma, long index, boolean get) implements Section {
    @Override
    public void execute(AddressSpace m) {
      Page page = m.pageTables.present(vma, index);
      if (page != null && get) {
        page.pins++;
      }
      caller.answer(new FoundPage(page));
    }
  }

  record GetPage(Caller<Done> caller, Page page) implements Section {
    @Override
    public void execute(AddressSpace m) {
      page.pins++;
      caller.answer(Done.DONE);
    }
  }

  record PutPage(Caller<Done> caller, Page page) implements Section {
    @Override
    public void execute(AddressSpace m) {
      page.pins--;
      caller.answer(Done.DONE);
    }
  }

  record Enter(Caller<Entered> caller, Vma vma, Page page, boolean write, int sequence)
      implements Section {
    @Override
    public void execute(AddressSpace m) {
      caller.answer(m.pageTables.enter(vma, page, write, sequence));
    }
  }

  record MakeWritable(Caller<FoundPage> caller, Vma vma, long index) implements Section {
    @Override
    public void execute(AddressSpace m) {
      caller.answer(new FoundPage(m.pageTables.makeWritable(vma, index)));
    }
  }

  record Load(Caller<Loaded> caller, Vma vma, long index) implements Section {
    @Override
    public void execute(AddressSpace m) {
      Page page = m.pageTables.present(vma, index);
      caller.answer(new Loaded(page == null ? null : m.content(page)));
    }
  }

  record Store(
      Caller<Access> caller,
      Vma vma,
      long index,
      int offset,
      Content source,
      long sourceOffset,
      int bytes)
      implements Section {
    @Override
    public void execute(AddressSpace m) {
      Access access = m.pageTables.forStore(vma, index);
      Page page = m.pageTables.present(vma, index);
      if (access == Access.DONE && page != null) {
        m.copyFromUser(page, offset, source, sourceOffset, bytes);
      }
      caller.answer(access);
    }
  }

  private static ActorRef<AddressSpaceActor.Command> mapping(Vma vma) {
    return vma.inode().mapping();
  }

  /** {@code __vma_link_file}, under i_mmap_lock. */
  static Step<Done> link(Vma vma) {
    return Step.call(mapping(vma), c -> new Link(c, vma));
  }

  /** {@code unmap_vmas} of one mapping, and {@code unlink_file_vma}. */
  static Step<Done> unlink(Vma vma) {
    return Step.call(mapping(vma), c -> new Unlink(c, vma));
  }

  /** {@code mapping_mapped}: whether anybody maps a part of the file. */
  static Step<Boolean> mappingMapped(ActorRef<AddressSpaceActor.Command> mapping) {
    return Step.call(mapping, MappingMapped::new);
  }

  /** {@code page_mapped}. */
  static Step<Boolean> pageMapped(Page page) {
    return Step.call(page.owner(), c -> new PageMapped(c, page));
  }

  /** Reads {@code mapping->truncate_count}. */
  static Step<Integer> truncateCount(Vma vma) {
    return Step.call(mapping(vma), TruncateCount::new);
  }

  /** {@code unmap_mapping_range} of whole pages, the last one included, under i_mmap_lock. */
  static Step<Done> unmapRange(ActorRef<AddressSpaceActor.Command> mapping, long first, long last) {
    return Step.call(mapping, c -> new UnmapRange(c, first, last));
  }

  /** {@code page_mkclean}, under i_mmap_lock: whether an entry was dirty. */
  static Step<Boolean> pageMkclean(Page page) {
    return Step.call(page.owner(), c -> new Mkclean(c, page));
  }

  /** {@code set_page_dirty}, which for ext3 is {@code __set_page_dirty_buffers}. */
  static Step<Done> setPageDirtyBuffers(Page page) {
    return Step.call(page.owner(), c -> new SetPageDirtyBuffers(c, page));
  }

  /** {@code follow_page} with {@code FOLL_GET}: a reference on the page that is mapped there. */
  static Step<FoundPage> followAndGetPage(Vma vma, long index) {
    return Step.call(mapping(vma), c -> new FollowPage(c, vma, index, true));
  }

  /** What {@code handle_pte_fault} looks at first: the page that is mapped there. */
  static Step<FoundPage> pteOf(Vma vma, long index) {
    return Step.call(mapping(vma), c -> new FollowPage(c, vma, index, false));
  }

  /** {@code get_page}. */
  static Step<Done> getPage(Page page) {
    return Step.call(page.owner(), c -> new GetPage(c, page));
  }

  /** {@code put_page}. */
  static Step<Done> putPage(Page page) {
    return Step.call(page.owner(), c -> new PutPage(c, page));
  }

  /** The locked part of {@code do_no_page}. */
  static Step<Entered> enter(Vma vma, Page page, boolean write, int sequence) {
    return Step.call(mapping(vma), c -> new Enter(c, vma, page, write, sequence));
  }

  /** The locked part of {@code do_wp_page}: the page to be dirtied, or none. */
  static Step<FoundPage> makeWritable(Vma vma, long index) {
    return Step.call(mapping(vma), c -> new MakeWritable(c, vma, index));
  }

  /** A load by the processor: the page as it is at this moment. */
  static Step<Loaded> load(Vma vma, long index) {
    return Step.call(mapping(vma), c -> new Load(c, vma, index));
  }

  /** A store by the processor. */
  static Step<Access> store(
      Vma vma, long index, int offset, Content source, long sourceOffset, int bytes) {
    return Step.call(
        mapping(vma), c -> new Store(c, vma, index, offset, source, sourceOffset, bytes));
  }
}
