/** The languages of code steps; each comes when it is first used. */
import { StreamLanguage } from '@codemirror/language'
import type { Extension } from '@codemirror/state'

/** What is written in it is text only where nobody knows the language. */
export async function languageOf(language: string): Promise<Extension> {
  switch (language) {
    // Types are taken out of JavaScript as well.
    case 'javascript':
    case 'typescript':
      return (await import('@codemirror/lang-javascript')).javascript({ typescript: true })
    case 'python':
      return (await import('@codemirror/lang-python')).python()
    case 'bash':
      return StreamLanguage.define((await import('@codemirror/legacy-modes/mode/shell')).shell)
    default:
      return []
  }
}
