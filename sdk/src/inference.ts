/** What `this` holds in a component's functions, worked out from its props and methods. */
import type { BoundApp, NoMethods } from './action.ts'
import type { AppAuth, AppProp, PropDefinitions } from './app.ts'
import type { Json, JsonObject } from './json.ts'
import type {
  AlertProp,
  DataStoreProp,
  DirProp,
  HttpRequestProp,
  InputProp,
  PropReference,
  Props,
  ServiceDbProp,
  SqlProp,
  SqlQuery,
  StoreProp
} from './prop.ts'
import type { DataStore, HttpRequest, ServiceDb, StoreClient } from './services.ts'

/** What `this` holds in an action: its bound apps and the values of its props. */
// Without any props, `P` is every record of props.
export type This<P extends Props> = string extends keyof P ? unknown : { readonly [Name in keyof P]: PropOf<P[Name]> }

/** What `this.<app>` holds: the credential fields that the app declares, its base URL and its methods. */
export type BoundAppOf<A extends AppProp> = BoundApp & { $auth: AuthOf<A> } & (A extends {
    methods?: infer M extends object
  }
    ? Own<M>
    : unknown)

/** An app that does not declare its fields may have any. */
type AuthOf<A> = A extends { auth: AppAuth }
  ? { readonly [Field in keyof A['auth']['fields']]: FieldOf<A['auth'], Field> }
  : Readonly<Record<string, string>>

type FieldOf<A extends AppAuth, Field extends keyof A['fields']> = A extends { optional: true } | { oneOf: unknown }
  ? string | undefined
  : A['fields'][Field] extends { optional: true }
    ? string | undefined
    : string

/** An action's own methods, where it has some. */
export type Own<M extends object> = NoMethods extends M ? unknown : Calls<M>

/** Methods as their callers see them: `this` is what they are called on. */
type Calls<M extends object> = { readonly [Name in keyof M]: OmitThisParameter<M[Name]> }

type PropOf<D> = D extends AppProp
  ? BoundAppOf<D>
  : D extends ServiceDbProp
    ? ServiceDb
    : D extends PropReference
      ? ValueOf<Merged<D>>
      : D extends StoreProp
        ? StoreClient
        : D extends DataStoreProp
          ? Perhaps<D, DataStore>
          : D extends HttpRequestProp
            ? Perhaps<D, HttpRequest>
            : D extends SqlProp
              ? Perhaps<D, SqlQuery>
              : D extends AlertProp | DirProp
                ? undefined
                : D extends InputProp
                  ? ValueOf<D>
                  : never

/** The app's definition of a prop, overridden by what stands beside the reference. */
type Merged<D extends PropReference> = Omit<Referenced<D['propDefinition']>, keyof D> & Omit<D, 'propDefinition'>

type Referenced<R extends PropReference['propDefinition']> = R[0] extends {
  propDefinitions?: infer Defined extends PropDefinitions
}
  ? Defined[R[1]]
  : InputProp

type Perhaps<D, Value> = D extends { optional: true } ? Value | undefined : Value

type ValueOf<D> = D extends { default: NonNullable<InputProp['default']> } ? TypedValue<D> : Perhaps<D, TypedValue<D>>

type TypedValue<D> = D extends { type: `${infer Item extends keyof Values}[]` }
  ? Labelled<D, Choice<D, Values[Item]>>[]
  : D extends { type: infer Type extends keyof Values }
    ? Labelled<D, Choice<D, Values[Type]>>
    : Json

interface Values {
  string: string
  integer: number
  boolean: boolean
  object: JsonObject
  any: Json
}

/** One of the options where they are written down, else any value of the type. */
type Choice<D, Base> = D extends { options: readonly (infer Option)[] }
  ? Base & (Option extends { value: infer Value } ? Value : Option)
  : Base

type Labelled<D, Value> = D extends { withLabel: true } ? { label: string; value: Value } : Value
