import { relative } from "node:path";
import type { SerializedError } from "vitest";
import type { Reporter, TestCase, TestModule, Vitest } from "vitest/node";

/** Lists every skipped test with its reason, lets none pass in CI, and ends the output with the tally. */
export default class TallyReporter implements Reporter {
  #vitest: Vitest | undefined;
  #tally: string | undefined;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
    // Only at the exit has everybody else finished printing.
    process.on("exit", () => {
      if (this.#tally !== undefined) process.stdout.write(`${this.#tally}\n`);
    });
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    let passed = 0;
    let failed = unhandledErrors.length;
    const skipped: TestCase[] = [];
    for (const module of modules) {
      failed += module.errors().length;
      for (const suite of module.children.allSuites()) failed += suite.errors().length;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === "passed") passed++;
        else if (state === "failed") failed++;
        else if (this.#isAskedFor(test)) skipped.push(test);
      }
    }
    this.#tally = `${passed} passed, ${failed} failed`;
    if (skipped.length === 0) return;
    this.#tally += `, ${skipped.length} skipped`;
    this.#list(skipped);
    if (process.env.CI) {
      process.stdout.write("In CI every test has to run, so the run fails.\n");
      process.exitCode = 1;
    }
  }

  /** With `-t PATTERN`, the tests it leaves out are no news. */
  #isAskedFor(test: TestCase): boolean {
    return this.#vitest?.config.testNamePattern?.test(test.fullName.replaceAll(" > ", " ")) ?? true;
  }

  #list(skipped: readonly TestCase[]): void {
    process.stdout.write("\nSkipped:\n");
    for (const test of skipped) {
      const result = test.result();
      const reason = (result.state === "skipped" && result.note) || "did not run, and gave no reason";
      const file = relative(this.#vitest?.config.root ?? "", test.module.moduleId);
      process.stdout.write(`  ${file} > ${test.fullName}: ${reason}\n`);
    }
    process.stdout.write("\n");
  }
}
