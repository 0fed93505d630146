/** Problems of a build as the author of a definition reads them. */
import type { CodeProblem, CodeToBuild } from '../../workflow/building.ts'
import type { BuildProblem } from './messages.ts'
import { wanted as keyOf } from './specifier.ts'

/** Its place in the definition and, where the step's own text is wrong, in that text. */
export function told(problem: BuildProblem, steps: readonly CodeToBuild[]): CodeProblem {
  const { message, expected, suggestion } = problem
  const step = stepOf(problem, steps)
  return {
    path: [...(step?.path ?? []), ...(step === undefined ? [] : [step.component === undefined ? 'code' : 'use'])],
    ...placeOf(problem),
    message: `${whereOf(problem, step)}${message}`,
    ...(expected === undefined ? {} : { expected }),
    ...(suggestion === undefined ? {} : { suggestion })
  }
}

function stepOf({ step, wanted }: BuildProblem, steps: readonly CodeToBuild[]): CodeToBuild | undefined {
  return steps.find((each) => {
    if (step !== undefined) return each.step === step
    return each.component !== undefined && keyOf(each.component.package, each.component.range) === wanted
  })
}

function placeOf({ file, line, column = 1 }: BuildProblem): Pick<CodeProblem, 'at'> {
  return file === undefined && line !== undefined ? { at: { line, column } } : {}
}

/** `shape.ts:3:14: `; code that stands in the definition has no file of its own. */
function whereOf({ file, line, column = 1 }: BuildProblem, step: CodeToBuild | undefined): string {
  if (file !== undefined) return line === undefined ? `${file}: ` : `${file}:${line}:${column}: `
  if (line === undefined) return ''
  return step?.file === undefined ? `line ${line}, column ${column} of the code: ` : `${step.file}:${line}:${column}: `
}
