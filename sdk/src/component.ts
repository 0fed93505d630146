import type {
  ActionDefinition,
  BoundApp,
  Dollar,
  Methods,
  NoMethods,
  PropDefinition,
  PropReference,
  Props,
  StoreClient,
  StoreProp
} from './action.ts'
import type { AppDefinition } from './app.ts'
import type { Json, JsonObject } from './json.ts'

/** An action whose `run` sees its props by name and type. */
export interface Action<P extends Props, M extends Methods = Methods> extends Omit<
  ActionDefinition,
  'props' | 'methods' | 'run'
> {
  props: P
  methods?: M
  run(this: This<P> & Own<M>, input: { steps: JsonObject; $: Dollar }): Promise<Json | undefined>
}

/** Declares an action; returns it unchanged, with `this` typed from its props and methods. */
export function defineComponent<
  const P extends Props,
  M extends Record<string, (...args: never[]) => unknown> = NoMethods
>(action: Action<P, M> & { methods?: M & ThisType<This<P> & Own<M>> }): Action<P, M> {
  return action
}

/** What `this` holds in an action: its bound apps and the values of its props. */
export type This<P extends Props> = { readonly [Name in keyof P]: PropOf<P[Name]> }

/** What `this.<app>` holds: the credential fields that the app declares, its base URL and its methods. */
export type BoundAppOf<A extends AppDefinition> = BoundApp & {
  $auth: { readonly [Field in keyof A['auth']['fields']]: FieldOf<A, Field> }
} & (A extends { methods?: infer M extends Methods } ? Own<M> : unknown)

type FieldOf<A extends AppDefinition, Field extends keyof A['auth']['fields']> = A['auth'] extends
  { optional: true } | { oneOf: unknown }
  ? string | undefined
  : A['auth']['fields'][Field] extends { optional: true }
    ? string | undefined
    : string

/** An action's own methods, where it has some. */
type Own<M extends Methods> = NoMethods extends M ? unknown : Calls<M>

/** Methods as their callers see them: `this` is what they are called on. */
type Calls<M extends Methods> = { readonly [Name in keyof M]: OmitThisParameter<M[Name]> }

type PropOf<D> = D extends AppDefinition
  ? BoundAppOf<D>
  : D extends StoreProp
    ? StoreClient
    : D extends PropReference
      ? ValueOf<Merged<D>>
      : D extends PropDefinition
        ? ValueOf<D>
        : never

/** The app's definition of a prop, overridden by what stands beside the reference. */
type Merged<D extends PropReference> = Omit<Referenced<D['propDefinition']>, keyof D> & Omit<D, 'propDefinition'>

type Referenced<R extends readonly [AppDefinition, string]> = R[0] extends {
  propDefinitions: infer Defined extends Readonly<Record<string, PropDefinition>>
}
  ? Defined[R[1]]
  : PropDefinition

type ValueOf<D> = D extends { optional: true }
  ? D extends { default: Json }
    ? TypedValue<D>
    : TypedValue<D> | undefined
  : TypedValue<D>

type TypedValue<D> = D extends { type: `${infer Item extends keyof Values}[]` }
  ? Choice<D, Values[Item]>[]
  : D extends { type: infer Type extends keyof Values }
    ? Choice<D, Values[Type]>
    : Json

interface Values {
  string: string
  integer: number
  boolean: boolean
  object: JsonObject
  any: Json
}

/** One of the options where there are some, else any value of the type. */
type Choice<D, Base> = D extends { options: readonly (infer Option)[] }
  ? Base & (Option extends { value: infer Value } ? Value : Option)
  : Base
