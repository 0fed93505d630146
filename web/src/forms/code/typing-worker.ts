/** A worker with TypeScript in it, so that typing never waits for it. What it knows was built into it: it asks nobody. */
import { libraries, sdk } from './type-files.ts'
import { Typing, type StepCode } from './typing.ts'

export type Question =
  | { kind: 'complete'; code: StepCode; at: number }
  | { kind: 'diagnose'; code: StepCode }
  | { kind: 'hover'; code: StepCode; at: number }

export interface Asked {
  id: number
  question: Question
}

const typing = new Typing(libraries, sdk)

function answer(question: Question): unknown {
  switch (question.kind) {
    case 'complete':
      return typing.complete(question.code, question.at)
    case 'diagnose':
      return typing.diagnose(question.code)
    case 'hover':
      return typing.hover(question.code, question.at)
  }
}

addEventListener('message', ({ data }: MessageEvent<Asked>) => {
  const { id, question } = data
  try {
    postMessage({ id, answer: answer(question) }, {})
  } catch {
    // TypeScript stumbles over some texts that are half written; the next one is another.
    postMessage({ id, answer: question.kind === 'hover' ? undefined : [] }, {})
  }
})
