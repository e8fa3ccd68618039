package diorama;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import diorama.kernel.sched.Context;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** The arrows between the packages, and what would make a seeded run differ from the last one. */
@AnalyzeClasses(packages = "diorama", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule kernelKnowsNothingAroundIt =
      noClasses()
          .that()
          .resideInAPackage("diorama.kernel..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "diorama.process..",
              "diorama.check..",
              "diorama.engine..",
              "diorama.trace..",
              "diorama.campaign..",
              "diorama.config..",
              "diorama.testkit..",
              "diorama.cli..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule configurationIsReadAndNothingIsRunByIt =
      noClasses()
          .that()
          .resideInAPackage("diorama.config..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "diorama.check..",
              "diorama.engine..",
              "diorama.trace..",
              "diorama.campaign..",
              "diorama.testkit..",
              "diorama.cli..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule engineKnowsAkkaAndNoKernel =
      noClasses()
          .that()
          .resideInAPackage("diorama.engine..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("diorama.kernel..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule observersSeeTheKernelThroughItsTracepointsOnly =
      noClasses()
          .that()
          .resideInAnyPackage("diorama.check..", "diorama.trace..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("diorama.kernel..")
                  .and(not(resideInAnyPackage("diorama.kernel.tracepoint..")))
                  .and(not(belongToAnyOf(Context.class))))
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule topLevelPackagesHaveNoCycle =
      slices().matching("diorama.(*)..").should().beFreeOfCycles().allowEmptyShould(true);

  /** A run is repeated from its seed only if nothing in it asks a clock, a thread or an address. */
  @ArchTest
  static final ArchRule kernelAndProgramsTakeTimeAndChanceFromTheMachine =
      noClasses()
          .that()
          .resideInAnyPackage("diorama.kernel..", "diorama.process..")
          .should()
          .accessTargetWhere(
              oneOf(System.class, "nanoTime", "currentTimeMillis", "identityHashCode")
                  .or(oneOf(Instant.class, "now"))
                  .or(oneOf(Math.class, "random"))
                  .or(oneOf(UUID.class, "randomUUID"))
                  .or(oneOf(Set.class, "of", "copyOf"))
                  .or(oneOf(Map.class, "of", "ofEntries", "copyOf")))
          .orShould()
          .dependOnClassesThat(assignableTo(Thread.class).or(assignableTo(ThreadLocalRandom.class)))
          .because("the order of Set.of and Map.of differs from one JVM to the next, as clocks do")
          .allowEmptyShould(true);

  private static DescribedPredicate<JavaAccess<?>> oneOf(Class<?> owner, String... names) {
    return DescribedPredicate.describe(
        owner.getSimpleName() + "." + String.join("/", names),
        access ->
            access.getTargetOwner().isEquivalentTo(owner)
                && List.of(names).contains(access.getTarget().getName()));
  }
}
