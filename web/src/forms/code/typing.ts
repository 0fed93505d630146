/** TypeScript's language service over one code step, the SDK's types and nothing else: no disk, no network. */
import ts from 'typescript'
import { SANDBOX_GLOBALS } from './sandbox-globals.ts'
import { Wrapped } from './wrapping.ts'

/** A step as it is being written. */
export interface StepCode {
  text: string
  /** What `stepsTypes` says. */
  types: string
}

export interface Completion {
  label: string
  kind: string
  /** What is put in place of `from` to `to`, where that is not the label at the word before the cursor. */
  insert?: { text: string; from: number; to: number }
  /** The best first; a text, by which they are sorted. */
  order: string
}

export interface Finding {
  from: number
  to: number
  severity: 'error' | 'warning'
  message: string
}

export interface Hover {
  from: number
  to: number
  /** How it is declared. */
  code: string
  words: string
}

const STEP = '/step.ts'
const TYPES = '/steps.d.ts'
const GLOBALS = '/globals.d.ts'

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ESNext,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  moduleDetection: ts.ModuleDetectionKind.Force,
  lib: ['lib.esnext.d.ts'],
  types: [],
  strict: true,
  // Who writes JavaScript leaves types away.
  noImplicitAny: false,
  strictNullChecks: false,
  useUnknownInCatchVariables: false,
  allowImportingTsExtensions: true,
  noEmit: true,
  skipLibCheck: true
}

export class Typing {
  readonly #files: Map<string, string>
  readonly #versions = new Map<string, number>()
  readonly #service: ts.LanguageService
  #wrapped = new Wrapped('')

  /**
   * @param libraries TypeScript's own, by file name: `lib.esnext.d.ts`
   * @param sdk its files by their path in the SDK: `src/action.ts`, `globals.d.ts`
   */
  constructor(libraries: ReadonlyMap<string, string>, sdk: ReadonlyMap<string, string>) {
    this.#files = new Map([
      ...[...libraries].map(([name, text]) => [`/lib/${name}`, text] as const),
      ...[...sdk].map(([path, text]) => [`/sdk/${path}`, withSteps(text)] as const),
      [GLOBALS, SANDBOX_GLOBALS],
      [TYPES, 'interface Steps { [more: string]: any }'],
      [STEP, '']
    ])
    this.#service = ts.createLanguageService(this.#host())
  }

  /** Where a completion makes sense; `at` counts UTF-16 units. */
  complete(code: StepCode, at: number): Completion[] {
    this.#set(code)
    const found = this.#service.getCompletionsAtPosition(STEP, this.#wrapped.inside(at), {
      includeCompletionsWithInsertText: true,
      includeCompletionsForModuleExports: false,
      quotePreference: 'single'
    })
    return (found?.entries ?? []).flatMap((entry) => (OURS.has(entry.name) ? [] : [this.#completion(entry)]))
  }

  #completion({ name, kind, sortText, insertText, replacementSpan }: ts.CompletionEntry): Completion {
    const order = `${sortText} ${name}`
    if (insertText === undefined || replacementSpan === undefined) return { label: name, kind, order }
    const { from, to } = this.#outside(replacementSpan)
    return { label: name, kind, order, insert: { text: insertText, from, to } }
  }

  /** What is wrong with the code. Types are a help and refuse nothing: only what does not parse is an error. */
  diagnose(code: StepCode): Finding[] {
    this.#set(code)
    const syntax = this.#service.getSyntacticDiagnostics(STEP).map((one) => this.#finding(one, 'error'))
    if (syntax.length > 0) return syntax
    return this.#service.getSemanticDiagnostics(STEP).map((one) => this.#finding(one, 'warning'))
  }

  #finding({ start = 0, length = 0, messageText }: ts.Diagnostic, severity: Finding['severity']): Finding {
    return { ...this.#outside({ start, length }), severity, message: shortened(messageText) }
  }

  hover(code: StepCode, at: number): Hover | undefined {
    this.#set(code)
    const info = this.#service.getQuickInfoAtPosition(STEP, this.#wrapped.inside(at))
    if (info === undefined) return undefined
    const declared = ts.displayPartsToString(info.displayParts)
    return { ...this.#outside(info.textSpan), code: declared, words: ts.displayPartsToString(info.documentation) }
  }

  #outside({ start, length }: ts.TextSpan): { from: number; to: number } {
    const from = this.#wrapped.outside(start)
    return { from, to: Math.max(from, this.#wrapped.outside(start + length)) }
  }

  #set({ text, types }: StepCode): void {
    this.#wrapped = new Wrapped(text)
    this.#write(STEP, this.#wrapped.text)
    this.#write(TYPES, types)
  }

  #write(name: string, text: string): void {
    if (this.#files.get(name) === text) return
    this.#files.set(name, text)
    this.#versions.set(name, (this.#versions.get(name) ?? 0) + 1)
  }

  #host(): ts.LanguageServiceHost {
    const files = this.#files
    return {
      getCompilationSettings: () => OPTIONS,
      getScriptFileNames: () => [GLOBALS, '/sdk/globals.d.ts', TYPES, STEP],
      getScriptVersion: (name) => String(this.#versions.get(name) ?? 0),
      getScriptSnapshot: (name) => {
        const text = files.get(name)
        return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text)
      },
      getCurrentDirectory: () => '/',
      getDefaultLibFileName: () => '/lib/lib.esnext.d.ts',
      fileExists: (name) => files.has(name),
      readFile: (name) => files.get(name),
      resolveModuleNameLiterals: (literals, from) =>
        literals.map(({ text }) => ({ resolvedModule: resolved(text, from, files) }))
    }
  }
}

/** The first sentence of a long explanation, and where it ends: what lies between is for authors of types. */
function shortened(message: string | ts.DiagnosticMessageChain): string {
  const lines = ts.flattenDiagnosticMessageText(message, '\n').split('\n')
  return lines.length <= 3 ? lines.join('\n') : [lines[0], lines.at(-1)?.trim()].join('\n')
}

const OURS: ReadonlySet<string> = new Set(['bellhopStep'])

/** The SDK says that `steps` is some object: here it is known better. */
function withSteps(text: string): string {
  return text.replaceAll('{ steps: JsonObject; $: Dollar }', '{ steps: Steps; $: Dollar }')
}

/** The SDK, and files beside the one that asks. Packages are of any type: `declare module '*'`. */
function resolved(name: string, from: string, files: ReadonlyMap<string, string>): ts.ResolvedModuleFull | undefined {
  const path = name === '@bellhop/sdk' ? '/sdk/src/index.ts' : new URL(name, `file://${from}`).pathname
  if (!(name === '@bellhop/sdk' || name.startsWith('.')) || !files.has(path)) return undefined
  return { resolvedFileName: path, extension: ts.Extension.Ts, isExternalLibraryImport: false }
}
