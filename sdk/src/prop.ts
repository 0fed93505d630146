/**
 * What a component asks for: its props, as authors write them, and `PropDefinition`, what is left of one when it is
 * data. After the Component API (https://pipedream.com/docs/components/contributing/api#props), and a few keys of
 * Bellhop's own.
 */
import type { AppProp } from './app.ts'
import type { Json, JsonObject } from './json.ts'

/** The types of props that a definition can fill in. */
export type PropType =
  'string' | 'integer' | 'boolean' | 'object' | 'any' | 'string[]' | 'integer[]' | 'boolean[]' | 'object[]'

/** One of the values that a prop allows, plain or with the words that a person is shown for it. */
export type Option = string | number | boolean | { label: string; value: Json }

/** What every input says, be it written by an author or data. */
interface Input {
  type: PropType
  label?: string
  description?: string
  optional?: boolean
  /** Whether the value must not be seen; it becomes a handle. */
  secret?: boolean
  /**
   * Whether the value says which secret is read (a path, an id). What a reference brings is one percent-encoded segment
   * of it, never empty, `.` or `..`; the other segments are encoded, too.
   */
  lookup?: boolean
  /** Whether the value chooses which rows are read: whose credential, where later bindings use what the step leaves. */
  selects?: boolean
  /**
   * That the value is code, which stands in the definition word for word: a reference in it is refused at deploy. What
   * references bring goes into the prop that `instead` names.
   */
  literal?: { instead: string }
  min?: number
  max?: number
  /** Whether the action gets `{ label, value }`; a plain value is its own label. */
  withLabel?: boolean
  /** Whether `options` takes what a person typed, as `query`. */
  useQuery?: boolean
  /** Whether `additionalProps` is asked again when the value changes. */
  reloadProps?: boolean
  /** Whether a form leaves it out; a definition can give it all the same. */
  hidden?: boolean
  disabled?: boolean
}

/** One input of an action, as data. */
export interface PropDefinition extends Input {
  default?: Json
  /** The allowed values, plain or labelled. */
  options?: readonly (string | number | { label: string; value: string | number })[]
}

/** One input of an action, as its author writes it: functions stand where values have to be looked up. */
export interface InputProp extends Input {
  default?: Json | (() => Json | Promise<Json>)
  /** The allowed values, or a function that looks up what a person may choose; a value need not be one of those. */
  options?: readonly Option[] | LookUpOptions
}

/** What an `options` function is asked. */
export interface OptionsQuery {
  /** From 0 on. */
  page: number
  /** The `context` that the page before came with; empty for the first. */
  prevContext: Readonly<Record<string, Json | undefined>>
  /** What a person typed, where the prop says `useQuery`. */
  query?: string
  // What the `propDefinition` that refers to the prop passes on, and the other props as far as they are filled in.
  readonly [name: string]: unknown
}

/** A page of options, alone or with what the next page is asked with. */
export type OptionsPage = readonly Option[] | { options: readonly Option[]; context?: JsonObject }

// Written as a method, so that an author may say more precisely what is passed on.
export type LookUpOptions = { ask(query: OptionsQuery): OptionsPage | Promise<OptionsPage> }['ask']

/** The props that are filled in so far, by name; what an author knows of them better goes into the annotation. */
export type ConfiguredProps = Readonly<Record<string, unknown>>

/** What a `propDefinition` passes on to the `options` of the prop that it refers to. */
export type PassOn = { pass(configured: ConfiguredProps): object }['pass']

/** A prop taken over from its app: `{ propDefinition: [slack, 'channel'], … }`; keys beside it override the app's. */
export type PropReference = {
  propDefinition: readonly [AppProp, string] | readonly [AppProp, string, PassOn | object]
} & Partial<InputProp>

/** A configured store that the step works with, by its name; `this.<prop>` is a `StoreClient`. */
export interface StoreProp {
  type: 'store'
  /** The kinds of stores that will do: `vault`, `postgres`. */
  kinds: readonly string[]
  label?: string
  description?: string
}

/** A data store, by its name; `this.<prop>` is a `DataStore`. */
export interface DataStoreProp {
  type: 'data_store'
  label?: string
  description?: string
  optional?: boolean
}

/** Values that outlive the run, of this step alone; `this.<prop>` is a `ServiceDb`. */
export type ServiceDbProp = '$.service.db' | { type: '$.service.db' }

/** A request that the definition describes; `this.<prop>.execute()` sends it. */
export interface HttpRequestProp {
  type: 'http_request'
  label?: string
  description?: string
  optional?: boolean
  default?: HttpRequestConfig
}

/** What a definition gives for an `http_request` prop. */
export interface HttpRequestConfig {
  method?: string
  url?: string
  headers?: readonly NamedValue[]
  params?: readonly NamedValue[]
  auth?: { type?: 'none' | 'basic' | 'bearer'; username?: string; password?: string; token?: string }
  body?: {
    type?: 'fields' | 'raw'
    mode?: 'fields' | 'raw'
    contentType?: string
    fields?: readonly NamedValue[]
    raw?: string
  }
}

export interface NamedValue {
  name: string
  value: string
}

/** A query with its parameters; `this.<prop>` is the definition's value. */
export interface SqlProp {
  type: 'sql'
  label?: string
  description?: string
  optional?: boolean
  default?: Json
  /** Whose database it is. */
  auth?: { app: string }
}

/** What a definition gives for an `sql` prop. */
export interface SqlQuery {
  query: string
  params?: Json[]
  [more: string]: Json | undefined
}

/** A folder of files. A step has its scratch folder, `/tmp`, without asking: this prop is taken and gives nothing. */
export interface DirProp {
  type: 'dir'
  label?: string
  description?: string
  optional?: boolean
  accessMode?: string
  sync?: boolean
}

/** Words for the person who fills in the form; it gives nothing. */
export interface AlertProp {
  type: 'alert'
  alertType?: 'info' | 'neutral' | 'warning' | 'error'
  content: string
}

/** One prop of a component. */
export type Prop =
  | AppProp
  | StoreProp
  | InputProp
  | PropReference
  | DataStoreProp
  | ServiceDbProp
  | HttpRequestProp
  | SqlProp
  | DirProp
  | AlertProp

/** The props of a component, under the names that `this` uses. */
export type Props = Readonly<Record<string, Prop>>
