import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * Files run beside each other, and one that takes minutes and is begun last runs alone at the end. How long a file may
 * take its project says by the time that it gives a test: those with the longest begin first.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return sorted.toSorted((one, other) => other.project.config.testTimeout - one.project.config.testTimeout)
  }
}
