import { chromium, type Browser } from 'playwright-core'
import { findChromium } from './chromium.ts'

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync'
]

/** Starts the Chromium that is installed. @throws Error where there is none */
export async function launchChromium(): Promise<Browser> {
  const executablePath = findChromium()
  if (executablePath === undefined) throw new Error('there is no Chromium: install one, or set CHROMIUM_PATH')
  return chromium.launch({ executablePath, args: ARGS })
}
