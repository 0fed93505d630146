import { expect, test } from 'vitest'
import { demoEnvironment, demoWorkflows, DEMO_VENDOR_PORT } from './demo.ts'

const VENDOR = 'http://127.0.0.1:50123'

test.each(demoWorkflows(VENDOR))('$name is the name in its definition too', ({ name, text }) => {
  expect(text).toMatch(new RegExp(`^name: ${name}$`, 'm'))
})

test('the workflows call the vendor where it is', () => {
  const texts = demoWorkflows(VENDOR).map(({ text }) => text)
  expect(texts.join()).toContain(`url: ${VENDOR}/v1/invoices`)
  expect(texts.join()).not.toContain(String(DEMO_VENDOR_PORT))
})

test('the apps are sent to the vendor', () => {
  expect(demoEnvironment(VENDOR)).toEqual({
    BELLHOP_APP_SLACK_BASE_URL: `${VENDOR}/api`,
    BELLHOP_APP_GITHUB_BASE_URL: VENDOR
  })
})
