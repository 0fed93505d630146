import type { BoundApp, Methods, NoMethods } from './action.ts'
import type { InputProp, PropReference } from './prop.ts'

/** One credential field of an app, as the account selector and a `runtime` binding ask for it. */
export interface AuthField {
  label: string
  description?: string
  /** Whether the value must not be seen. Default true; a subdomain or a user name may say false. */
  secret?: boolean
  /** Whether a binding may leave it out. Default false. */
  optional?: boolean
}

/**
 * Where an app keeps credentials in a request. A name may be a template over a field that is not secret:
 * `{{query_name}}`.
 */
export interface Places {
  /** `true` for any request header, or the header names (lower case). */
  headers: boolean | readonly string[]
  /** Names of query parameters. */
  query: readonly string[]
  /** Names of top-level body fields (JSON or form). */
  body: readonly string[]
}

/** What a step has to bind to use an app. */
export interface AppAuth {
  fields: Readonly<Record<string, AuthField>>
  /** When given, a binding must bind all fields of at least one of these sets. */
  oneOf?: readonly (readonly string[])[]
  /** Whether a step may use the app without a binding. Default false. */
  optional?: boolean
}

/** A cheap request that goes well with good credentials only, and changes nothing. */
export interface AppTest {
  method: 'GET' | 'POST'
  /** Below the app's base URL. */
  path: string
  /** `{{field}}` stands for a credential field; a header whose field is not given is left out. */
  headers: Readonly<Record<string, string>>
  /** A top-level field of the JSON answer that is `true` when all is well. Left out: any answer of 2xx is. */
  ok?: string
  /** Top-level fields of the JSON answer that say whose credentials they are. */
  who?: readonly string[]
}

/** The props that the actions of an app share. */
export type PropDefinitions = Readonly<Record<string, InputProp | PropReference>>

/** A service that needs credentials. Design, "The rules of the door". */
export interface AppDefinition {
  type: 'app'
  /** The app's slug: lower case, `[a-z0-9_]`. */
  app: string
  name: string
  description: string
  auth: AppAuth
  /**
   * The exact hosts the credential may go to; `{{field}}` stands for one DNS label taken from a field that is not
   * secret. Empty when the binding or the step has to say it (the generic HTTP app).
   */
  hosts: readonly string[]
  /** Default: any request header, no query parameter, no body field. */
  places?: Places
  /** Where requests go unless the operator overrides it with `BELLHOP_APP_<SLUG>_BASE_URL`. */
  baseUrl?: string
  /** Names of JSON fields in this app's answers that hold secrets, besides OAuth's own. */
  secretAnswerFields?: readonly string[]
  /**
   * How this app says, in an answer that is not 401, that it does not take a credential: a top-level JSON field and its
   * values. A credential that a store gave is then fetched once more.
   */
  refusal?: { field: string; values: readonly string[] }
  /** How an account is tried before it is saved. */
  test?: AppTest
  propDefinitions?: PropDefinitions
  methods?: Methods
}

/**
 * An app as a component may name it: its slug, and what its actions share. The rest is looked up among the apps that the
 * server knows, or stands in the step's binding. What types other packages give to the props and methods is theirs.
 */
export interface AppProp extends Partial<Omit<AppDefinition, 'propDefinitions' | 'methods'>> {
  type: 'app'
  app: string
  propDefinitions?: object
  methods?: object
}

/** An app whose functions see one another, and which says what its actions may take over. */
interface Declared<D, M> {
  propDefinitions?: D
  methods?: M
}

type Untyped<T extends AppProp> = Omit<T, 'auth' | keyof Declared<never, never>>

/** An app with what the door needs to know of it. */
export interface App<A extends AppAuth, D extends PropDefinitions, M extends Methods>
  extends Untyped<AppDefinition>, Declared<D, M> {
  auth: A
}

/** An app that is looked up by its slug. */
export interface NamedApp<D extends PropDefinitions, M extends Methods> extends Untyped<AppProp>, Declared<D, M> {}

type SomeMethods = Record<string, (...args: never[]) => unknown>

/** Declares an app; returns it unchanged, typed. Its functions have the bound app and its methods as `this`. */
export function defineApp<const A extends AppAuth, const D extends PropDefinitions, M extends SomeMethods = NoMethods>(
  app: App<A, D, M> & ThisType<BoundApp & M>
): App<A, D, M>
/** Declares an app that is looked up by its slug, or described by the step's binding. */
export function defineApp<const D extends PropDefinitions, M extends SomeMethods = NoMethods>(
  app: NamedApp<D, M> & ThisType<BoundApp & M>
): NamedApp<D, M>
export function defineApp<T>(app: T): T {
  return app
}
