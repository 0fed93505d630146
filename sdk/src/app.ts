import type { BoundApp, Methods, NoMethods, PropDefinition } from './action.ts'

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

/** A service that needs credentials. Design, "The rules of the door". */
export interface AppDefinition {
  type: 'app'
  /** The app's slug: lower case, `[a-z0-9_]`. */
  app: string
  name: string
  description: string
  auth: {
    fields: Readonly<Record<string, AuthField>>
    /** When given, a binding must bind all fields of at least one of these sets. */
    oneOf?: readonly (readonly string[])[]
    /** Whether a step may use the app without a binding. Default false. */
    optional?: boolean
  }
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
  propDefinitions?: Readonly<Record<string, PropDefinition>>
  methods?: Methods
}

/** An app as its author writes it: the methods see the bound app and one another as `this`. */
type Written<T, M> = T & { methods?: M & ThisType<BoundApp & M> }

/** Declares an app; returns it unchanged, typed. */
export function defineApp<
  const T extends Omit<AppDefinition, 'methods'>,
  M extends Record<string, (...args: never[]) => unknown> = NoMethods
>(app: Written<T, M>): T & { methods?: M } {
  return app
}
