/** Why this server refuses a step in Python or Bash when it is deployed: what it cannot be held to is not run. */
import { NATIVE_STEPS_OFF, type RefuseNative } from '../../workflow/native-plan.ts'
import type { NativeStatus, NativeSteps } from './native.ts'
import { INTERPRETERS } from './ground.ts'

/** @param native left out where the operator has not allowed such steps */
export async function refusalOf(native: Pick<NativeSteps, 'status'> | undefined): Promise<RefuseNative> {
  if (native === undefined) return NATIVE_STEPS_OFF
  const status = await native.status()
  return (language) => problemOf(status, language)
}

function problemOf(status: NativeStatus, language: keyof typeof INTERPRETERS): ReturnType<RefuseNative> {
  if ('unavailable' in status) {
    const { message, hint } = status.unavailable
    return {
      message: `${message}, and without that its code could read the server’s key`,
      expected: hint ?? 'another host'
    }
  }
  if (status.interpreters[language] !== undefined) return undefined
  const name = INTERPRETERS[language]
  return {
    message: `the server’s machine has no ${name}`,
    expected: `${name} in /usr/local/bin or /usr/bin, and the server started anew`
  }
}
