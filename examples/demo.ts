import { textOf } from './workflows.ts'

/** Where the stand-in is when nothing else is said: the port that stands in the workflows' files. */
export const DEMO_VENDOR_PORT = 4010

export interface DemoWorkflow {
  name: string
  /** Its definition in YAML. */
  text: string
}

/** @param vendorUrl where the stand-in is: `http://127.0.0.1:<port>`, without a trailing slash */
export function demoWorkflows(vendorUrl: string): DemoWorkflow[] {
  return ['notify-customer', 'remind-overdue'].map((name) => {
    return { name, text: textOf(name).replaceAll(`http://127.0.0.1:${DEMO_VENDOR_PORT}`, vendorUrl) }
  })
}

/** The settings that send the first-party apps to the stand-in. */
export function demoEnvironment(vendorUrl: string): Record<string, string> {
  return {
    BELLHOP_APP_SLACK_BASE_URL: `${vendorUrl}/api`,
    BELLHOP_APP_GITHUB_BASE_URL: vendorUrl
  }
}
