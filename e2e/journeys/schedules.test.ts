/** Schedules, by a real server that is killed: every tick one run, and what is done with those that nobody was there for. */
import { expect, test } from 'vitest'
import { bellhop } from '../support/cli.ts'
import { eventually, world, type World } from '../support/world.ts'

const scheduled = (name: string, trigger: string): string => `
name: ${name}
trigger: { type: schedule, ${trigger} }
steps: [{ name: pause, delay: 1ms }]
`

async function deploy({ server }: World, name: string, trigger: string): Promise<void> {
  const { status, body } = await server.api('PUT', `/workflows/${name}`, scheduled(name, trigger), 'application/yaml')
  expect([status, body]).toMatchObject([201, { triggers: [{ type: 'schedule' }] }])
}

interface Fired {
  /** The tick, in Unix seconds. */
  tick: number
  status: string
  /** How late its run was accepted, in milliseconds. */
  late: number
}

/** A workflow's runs by their ticks. */
async function fired({ server }: World, name: string): Promise<Fired[]> {
  const { body } = await server.api('GET', `/workflows/${name}/runs?limit=100`)
  const { runs } = body as { runs: { id: string; status: string; accepted_at: string }[] }
  const all = await Promise.all(
    runs.map(async ({ id, status, accepted_at }) => {
      const run = (await server.api('GET', `/runs/${id}`)).body as { event: { timestamp: number } }
      const tick = run.event.timestamp
      return { tick, status, late: Date.parse(accepted_at) - tick * 1_000 }
    })
  )
  return all.toSorted((one, other) => one.tick - other.tick)
}

/** Waits for a tick that is so many seconds after `from`, and its run's end. */
async function until(here: World, name: string, tick: number): Promise<Fired[]> {
  return eventually(async () => {
    const all = await fired(here, name)
    return all.some((one) => one.tick >= tick && one.status === 'succeeded') ? all : undefined
  })
}

const ticksOf = (all: readonly Fired[]): number[] => all.map(({ tick }) => tick)
const from = (first: number, count: number): number[] => Array.from({ length: count }, (_, n) => first + n)

test('every second has one run, also when the server is killed; missed ones are run once, or skipped', async () => {
  const here = await world()
  await deploy(here, 'once', 'every: 1s')
  await deploy(here, 'skipping', 'cron: "* * * * * *", timezone: Asia/Kolkata, missed: skip')
  const began = Math.floor(Date.now() / 1_000)
  const before = await until(here, 'once', began + 4)
  expect(ticksOf(before)).toEqual(from(before[0]?.tick ?? 0, before.length))
  expect(before.length).toBeGreaterThanOrEqual(4)
  expect(before.every(({ late }) => late >= 0)).toBe(true)

  await here.server.kill()
  const killed = Date.now()
  await eventually(() => Date.now() > killed + 3_000 || undefined)
  await here.restart()
  const restarted = Math.floor(Date.now() / 1_000)
  const once = await until(here, 'once', restarted + 3)
  const skipping = await until(here, 'skipping', restarted + 3)

  // What had been fired before the kill is there, and nothing twice.
  expect(new Set(ticksOf(once)).size).toBe(once.length)
  expect(new Set(ticksOf(skipping)).size).toBe(skipping.length)
  expect(ticksOf(once)).toEqual(expect.arrayContaining(ticksOf(before)))
  const last = killed / 1_000
  const after = ticksOf(once).filter((tick) => tick > last)
  const afterSkipped = ticksOf(skipping).filter((tick) => tick > last)
  // No gap from the one that caught up on; the skipping one begins a second later.
  expect(after).toEqual(from(after[0] ?? 0, after.length))
  expect(afterSkipped).toEqual(from((after[0] ?? 0) + 1, afterSkipped.length))
  // Two seconds at least were missed and are folded into that one.
  expect((after[0] ?? 0) - Math.floor(last)).toBeGreaterThanOrEqual(3)
  expect([...once, ...skipping].every(({ status }) => status === 'succeeded' || status === 'running')).toBe(true)
})

test('a schedule is switched off and on, runs now when asked to, and has no address', async () => {
  const here = await world()
  await deploy(here, 'yearly', 'cron: "@yearly", timezone: Europe/Berlin')
  const args = ['--server', here.server.url, '--data', here.data]
  const listed = await bellhop(['workflows', ...args])
  expect(listed.stdout).toMatch(/^yearly {2}v1 {2}enabled {2}schedule, next \d{4}-12-31T23:00:00Z$/m)

  const ran = await bellhop(['run', 'yearly', ...args])
  expect(ran).toMatchObject({ code: 0, stdout: expect.stringMatching(/^started [0-9a-f-]{36}\n$/) as string })
  const run = ran.stdout.trim().split(' ')[1] ?? ''
  await eventually(async () => (await fired(here, 'yearly'))[0]?.status === 'succeeded' || undefined)
  const shown = await bellhop(['show', run, ...args])
  expect(shown.stdout).toMatch(/trigger {2}schedule @yearly, for \S+\+0[12]:00 \(Europe\/Berlin\)/)
  const refused = await bellhop(['run', 'yearly', '--body', '{}', ...args])
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('takes no body') as string })

  await bellhop(['workflows', 'disable', 'yearly', ...args])
  expect((await bellhop(['workflows', ...args])).stdout).toContain('disabled  schedule, switched off')
  const off = await bellhop(['run', 'yearly', ...args])
  expect(off).toMatchObject({ code: 1, stderr: expect.stringContaining('bellhop workflows enable yearly') as string })
  expect(await fired(here, 'yearly')).toHaveLength(1)
})

test('a schedule that makes no sense is refused with what to write', async () => {
  const { server } = await world()
  const text = scheduled('broken', 'cron: "0/15 * 30 2 *", timezone: Berlin, respond: last_step')
  const { status, body } = await server.api('PUT', '/workflows/broken', text, 'application/yaml')
  expect(status).toBe(422)
  expect((body as { errors: { path: string; line: number; suggestion?: string }[] }).errors).toEqual([
    expect.objectContaining({ path: 'trigger.cron', line: 3, suggestion: '*/15 * 30 2 *' }),
    expect.objectContaining({ path: 'trigger.timezone', line: 3, suggestion: 'Europe/Berlin' }),
    expect.objectContaining({ path: 'trigger.respond', line: 3 })
  ])
})
