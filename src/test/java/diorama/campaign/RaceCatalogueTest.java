package diorama.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.config.ProjectFiles;
import diorama.kernel.Fix;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RaceCatalogueTest {
  private final RaceCatalogue races = RaceCatalogue.read(ProjectFiles.library());

  @Test
  void whatMakesARaceIsSomethingThatAKernelCanHave() {
    List<String> fixes = Arrays.stream(Fix.values()).map(Fix::commit).toList();
    assertThat(races.all()).flatExtracting(Race::madeBy).isNotEmpty().isSubsetOf(fixes);
  }

  @Test
  void aVariantIsNamedAfterItsRace() {
    assertThat(races.names())
        .contains("bio-count-race/leak", "eiocbqueued-clobber/slab-reuse")
        .doesNotContain("leak");
  }
}
