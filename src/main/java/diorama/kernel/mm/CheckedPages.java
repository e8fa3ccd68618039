package diorama.kernel.mm;

import diorama.kernel.sched.Caller;
import diorama.kernel.sched.Step;

/** {@code PG_checked}, which ext4 uses for pages that are to be journalled. */
public final class CheckedPages {
  private CheckedPages() {}

  record IsChecked(Caller<Boolean> caller, Page page) implements AddressSpaceActor.Section {
    @Override
    public void execute(AddressSpace m) {
      caller.answer(page.checked);
    }
  }

  record TestClear(Caller<Boolean> caller, Page page) implements AddressSpaceActor.Section {
    @Override
    public void execute(AddressSpace m) {
      boolean was = page.checked;
      page.checked = false;
      caller.answer(was);
    }
  }

  /** {@code PageChecked}. */
  public static Step<Boolean> isChecked(Page page) {
    return Step.call(page.owner(), c -> new IsChecked(c, page));
  }

  /** {@code ClearPageChecked}: whether it was set. */
  public static Step<Boolean> testClear(Page page) {
    return Step.call(page.owner(), c -> new TestClear(c, page));
  }
}
