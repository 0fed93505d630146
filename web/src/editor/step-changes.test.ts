import { describe, expect, it } from 'vitest'
import { openDocument, readAt } from './document.ts'
import {
  duplicateStep,
  insertStep,
  moveStep,
  placeAfter,
  placeOf,
  removeStep,
  renameItemOf,
  renameStep
} from './step-changes.ts'
import { allSteps, findStep, freeName, stepAt, stepsBefore, type StepNode } from './steps.ts'

const TEXT = `name: all
trigger: { type: http }
steps:
  # users of the account
  - name: users
    use: http-request
    props: { url: 'https://example.com/{{steps.trigger.event.body.id}}' }

  # every one of them
  - name: tell_all
    each: '{{steps.users.$return_value}}'
    as: user
    steps:
      - name: text
        code: |
          export default ({ steps }) => steps.users.$return_value.length + steps['users'].x
      - name: send
        use: slack-send-message
        props:
          text: '{{steps.text.$return_value}} {{user.name}} {{steps.users_2.x}}'

  - name: done
    end_if: "{{steps[\\"users\\"].$return_value}} and steps.users outside"
`

const document = openDocument(TEXT)
const step = (id: string): StepNode => {
  const found = findStep(document.steps, id)
  if (found === undefined) throw new Error(`no step ${id}`)
  return found
}
const names = (steps: readonly StepNode[]): string[] => allSteps(steps).map(({ name }) => name)

describe('changing steps', () => {
  it('moves a step with its comment', () => {
    const moved = moveStep(document, step('users'), { list: ['steps'], index: 1 })
    expect(names(moved.steps)).toEqual(['tell_all', 'text', 'send', 'users', 'done'])
    expect(moved.text).toContain('\n\n  # users of the account\n  - name: users\n')
    expect(moved.text).toContain('steps:\n  # every one of them\n')
  })

  it('moves a step into an `each` and out of it', () => {
    const into = moveStep(document, step('users'), { list: ['steps', 1, 'steps'], index: 1 })
    expect(into.steps.map(({ name }) => name)).toEqual(['tell_all', 'done'])
    expect(into.steps[0]?.steps.map(({ name }) => name)).toEqual(['text', 'users', 'send'])
    const out = moveStep(document, step('text'), { list: ['steps'], index: 0 })
    expect(names(out.steps)).toEqual(['text', 'users', 'tell_all', 'send', 'done'])
  })

  it('inserts behind a step, and removes it without a trace', () => {
    const inserted = insertStep(document, placeAfter(step('users')), { name: 'wait', delay: '5m' })
    expect(names(inserted.steps)).toEqual(['users', 'wait', 'tell_all', 'text', 'send', 'done'])
    const wait = findStep(inserted.steps, 'wait')
    expect(wait && removeStep(inserted, wait).text).toBe(TEXT)
  })

  it('begins a list where there was none', () => {
    const inserted = insertStep(openDocument('name: a\n'), { list: ['steps'], index: 0 }, { name: 'wait', delay: '5m' })
    expect(inserted.text).toBe('name: a\nsteps:\n  - name: wait\n    delay: 5m\n')
  })

  it('renames a step where later steps refer to it, in templates and in code, and nowhere else', () => {
    const renamed = renameStep(document, step('users'), 'people')
    expect(renamed.text).toBe(
      TEXT.replace('- name: users', '- name: people')
        .replace('{{steps.users.$return_value}}', '{{steps.people.$return_value}}')
        .replace(
          "steps.users.$return_value.length + steps['users'].x",
          "steps.people.$return_value.length + steps['people'].x"
        )
        .replace('steps[\\"users\\"]', 'steps[\\"people\\"]')
    )
  })

  it('renames an inner step, and the item', () => {
    expect(readAt(renameStep(document, step('text'), 'words'), ['steps', 1, 'steps', 1, 'props', 'text'])).toBe(
      '{{steps.words.$return_value}} {{user.name}} {{steps.users_2.x}}'
    )
    const item = renameItemOf(document, step('tell_all'), 'user', 'person')
    expect(readAt(item, ['steps', 1, 'as'])).toBe('person')
    expect(readAt(item, ['steps', 1, 'steps', 1, 'props', 'text'])).toContain('{{person.name}}')
  })

  it('duplicates an `each` with names of its own', () => {
    const twice = duplicateStep(document, step('tell_all'))
    expect(names(twice.steps)).toEqual(['users', 'tell_all', 'text', 'send', 'tell_all_2', 'text_2', 'send_2', 'done'])
    expect(readAt(twice, ['steps', 2, 'steps', 1, 'props', 'text'])).toContain('{{steps.text_2.$return_value}}')
    expect(readAt(twice, ['steps', 1, 'steps', 1, 'props', 'text'])).toContain('{{steps.text.$return_value}}')
  })
})

describe('finding steps', () => {
  it('knows what a step can refer to', () => {
    expect(stepsBefore(document.steps, step('send')).map(({ name }) => name)).toEqual(['users', 'text'])
    expect(stepsBefore(document.steps, step('done')).map(({ name }) => name)).toEqual(['users', 'tell_all'])
  })

  it('finds the step that a mistake is in', () => {
    expect(stepAt(document.steps, ['steps', 1, 'steps', 1, 'props', 'text'])?.name).toBe('send')
    expect(stepAt(document.steps, ['steps', 1, 'each'])?.name).toBe('tell_all')
    expect(stepAt(document.steps, ['settings'])).toBeUndefined()
    expect(placeOf(step('send'))).toEqual({ list: ['steps', 1, 'steps'], index: 1 })
  })

  it('gives free names', () => {
    expect(freeName(document.steps, 'users')).toBe('users_2')
    expect(freeName(document.steps, 'slack-send-message')).toBe('slack_send_message')
    expect(freeName(document.steps, 'trigger')).toBe('trigger_2')
    expect(freeName(document.steps, '2 times')).toBe('times')
  })

  it('tells steps of one name apart by their place', () => {
    const double = openDocument('steps:\n  - { name: a, delay: 1s }\n  - { name: a, delay: 1s }\n  - 5\n')
    expect(double.steps.map(({ id }) => id)).toEqual(['a', '#1', '#2'])
  })
})
