/** What can be done to the steps of a definition. Each makes another document, and leaves what it does not touch. */
import { isMap, isScalar, isSeq, visit, YAMLSeq, type Document, type Node } from 'yaml'
import type { JsonObject } from '../values/json.ts'
import { change, type WorkflowDocument } from './document.ts'
import type { Path } from './path.ts'
import { renameInCode, renameInTemplate, renameItem } from './rename.ts'
import { freeName, stepAt, type StepNode } from './steps.ts'

/** A place between steps: `index` in the list at `list`, which is `['steps']` or an `each`’s `['steps', 2, 'steps']`. */
export interface Place {
  list: Path
  index: number
}

export function placeOf(step: StepNode): Place {
  return { list: step.path.slice(0, -1), index: Number(step.path.at(-1)) }
}

export function placeAfter(step: StepNode): Place {
  const { list, index } = placeOf(step)
  return { list, index: index + 1 }
}

export function insertStep(document: WorkflowDocument, place: Place, step: JsonObject): WorkflowDocument {
  return change(document, (yaml) => {
    const node = yaml.createNode(step)
    if (isMap(node)) put(listAt(yaml, place.list), place.index, node)
  })
}

export function removeStep(document: WorkflowDocument, step: StepNode): WorkflowDocument {
  return change(document, (yaml) => void take(yaml, step))
}

/** @param to counted as if the step were no longer where it was */
export function moveStep(document: WorkflowDocument, step: StepNode, to: Place): WorkflowDocument {
  return change(document, (yaml) => {
    // The place is looked up first: an `each` before which the step stood has another path without it.
    const list = listAt(yaml, to.list)
    const node = take(yaml, step)
    if (node !== undefined) put(list, to.index, node)
  })
}

/** The same again behind it, under another name; inner steps get other names, too. */
export function duplicateStep(document: WorkflowDocument, step: StepNode): WorkflowDocument {
  let { steps } = document
  const pairs: [string, string][] = []
  const renamed = (one: StepNode): JsonObject => {
    const name = freeName(steps, one.name)
    steps = [...steps, { ...one, name, id: name, steps: [] }]
    if (one !== step) pairs.push([one.name, name])
    return { ...one.value, name, ...(one.steps.length === 0 ? {} : { steps: one.steps.map(renamed) }) }
  }
  const copy = renamed(step)
  const inserted = insertStep(document, placeAfter(step), copy)
  return change(inserted, (yaml) => {
    const path = [...placeOf(step).list, placeOf(step).index + 1]
    for (const [from, to] of pairs)
      rewrite(yaml.getIn(path, true) as Node, (text, code) => renamer(code)(text, from, to))
  })
}

/** Calls a step otherwise, also where later steps refer to it: in templates and in code. */
export function renameStep(document: WorkflowDocument, step: StepNode, name: string): WorkflowDocument {
  return change(document, (yaml) => {
    yaml.setIn([...step.path, 'name'], name)
    for (const later of laterNodes(yaml, document, step)) {
      rewrite(later, (text, code) => renamer(code)(text, step.name, name))
    }
  })
}

/** Calls the item of an `each` otherwise, also where its inner steps refer to it. */
export function renameItemOf(document: WorkflowDocument, each: StepNode, from: string, to: string): WorkflowDocument {
  return change(document, (yaml) => {
    yaml.setIn([...each.path, 'as'], to)
    const inner = yaml.getIn([...each.path, 'steps'], true)
    if (isSeq(inner)) rewrite(inner, (text, code) => (code ? text : renameItem(text, from, to)))
  })
}

function renamer(code: boolean): (text: string, from: string, to: string) => string {
  return code ? renameInCode : renameInTemplate
}

function laterNodes(yaml: Document, document: WorkflowDocument, step: StepNode): Node[] {
  const paths: Path[] = document.steps.slice(Number(step.path[1]) + 1).map(({ path }) => path)
  if (step.parent !== undefined) {
    const siblings = stepAt(document.steps, step.path.slice(0, 2))?.steps ?? []
    paths.push(...siblings.slice(Number(step.path[3]) + 1).map(({ path }) => path))
  }
  return paths.map((path) => yaml.getIn(path, true) as Node)
}

/** Every text below a node; `code` says whether it is a step's program. */
function rewrite(node: Node, how: (text: string, code: boolean) => string): void {
  visit(node, {
    Scalar(key, scalar, ancestors) {
      if (key === 'key' || typeof scalar.value !== 'string') return
      const pair = ancestors.at(-1)
      const isCode = pair !== undefined && 'key' in pair && isScalar(pair.key) && pair.key.value === 'code'
      const next = how(scalar.value, isCode)
      if (next === scalar.value) return
      scalar.value = next
      delete scalar.source
    }
  })
}

function listAt(yaml: Document, path: Path): YAMLSeq {
  const there = yaml.getIn(path, true)
  if (isSeq(there)) return there
  const list = new YAMLSeq()
  yaml.setIn(path, list)
  return list
}

/** Takes a step out of its list, with the comment above it. */
function take(yaml: Document, step: StepNode): Node | undefined {
  const { list, index } = placeOf(step)
  const from = listAt(yaml, list)
  ownComments(from)
  const [node] = from.items.splice(index, 1) as (Node | undefined)[]
  space(from)
  return node
}

function put(list: YAMLSeq, index: number, node: Node): void {
  ownComments(list)
  list.items.splice(Math.min(index, list.items.length), 0, node)
  list.flow = false
  space(list)
}

/** YAML gives the comment above the first item to the list; it goes with the item. */
function ownComments(list: YAMLSeq): void {
  const [first] = list.items as Node[]
  if (first === undefined || typeof list.commentBefore !== 'string' || first.commentBefore) return
  first.commentBefore = list.commentBefore
  list.commentBefore = null
}

/** Steps stand apart from each other if they did. */
function space(list: YAMLSeq): void {
  const items = list.items as Node[]
  const apart = items.some((item, index) => index > 0 && item.spaceBefore === true)
  items.forEach((item, index) => {
    item.spaceBefore = apart && index > 0
  })
}
