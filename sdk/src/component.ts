import type { ActionDefinition, ComponentDefinition, Dollar, Methods, NoMethods } from './action.ts'
import type { Own, This } from './inference.ts'
import type { JsonObject } from './json.ts'
import type { InputProp, Props } from './prop.ts'

/** What a component says besides its functions. */
type Described<T extends ComponentDefinition> = Omit<T, 'props' | 'methods' | 'additionalProps' | 'run'>

/** A component's functions, which see its props by name and type. */
interface Functions<P extends Props, M extends Methods> {
  methods?: M
  additionalProps?(this: This<P> & Own<M>, defined: { [Name in keyof P]: InputProp }): Props | Promise<Props>
  run(this: This<P> & Own<M>, input: { steps: JsonObject; $: Dollar }): unknown
}

/** An action whose `run` sees its props by name and type. */
export interface Action<P extends Props, M extends Methods = Methods>
  extends Described<ActionDefinition>, Functions<P, M> {
  props: P
}

/** A component without what describes an action: a code step. */
export interface Component<P extends Props, M extends Methods = Methods>
  extends Described<ComponentDefinition>, Functions<P, M> {
  props?: P
}

type SomeMethods = Record<string, (...args: never[]) => unknown>

/** Declares an action; returns it unchanged, with `this` typed from its props and methods. */
export function defineComponent<const P extends Props, M extends SomeMethods = NoMethods>(
  action: Action<P, M> & ThisType<This<P> & M>
): Action<P, M>
/** Declares a code step, which needs no key, name or version. */
export function defineComponent<const P extends Props, M extends SomeMethods = NoMethods>(
  step: Component<P, M> & ThisType<This<P> & M>
): Component<P, M>
export function defineComponent<T>(component: T): T {
  return component
}
