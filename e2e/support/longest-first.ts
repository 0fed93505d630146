import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * Files run beside each other, and one that takes minutes and is begun last runs alone at the end. How long a file may
 * take its project says by the time that it gives a test: those with the longest begin first. Projects take turns: some are
 * busy all the time and some wait for what they killed, and both together leave no processor idle.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const longest = sorted.toSorted((one, other) => other.project.config.testTimeout - one.project.config.testTimeout)
    const projects = [...Map.groupBy(longest, ({ project }) => project.name).values()]
    const turns = Math.max(0, ...projects.map(({ length }) => length))
    return Array.from({ length: turns }, (_, turn) => projects.flatMap((its) => its[turn] ?? [])).flat()
  }
}
