/** The results as Markdown: the targets first, then where the figures come from. */
import type { Machine } from './machine.ts'
import type { Micro } from './micro.ts'
import type { CodeSteps } from './rows/code-steps.ts'
import type { ColdStart } from './rows/cold-start.ts'
import type { EachFigures, ItemFigures } from './rows/each.ts'
import type { Growth } from './rows/growth.ts'
import type { NodesFigures } from './rows/nodes.ts'
import { RUNS, type PageFigures } from './rows/page.ts'
import { WAITING, type RecoveryFigures } from './rows/recovery.ts'
import type { Figures, Ratios, SideBySide } from './rows/side-by-side.ts'
import type { StartUp } from './rows/start-up.ts'
import type { StoreBinding } from './rows/store-binding.ts'
import type { WarmVersions } from './rows/warm-versions.ts'
import type { Spread } from './stats.ts'
import { table } from './table.ts'

export interface Results {
  machine: Machine
  rounds: number
  roundMs: number
  startUp?: StartUp
  sideBySide?: SideBySide
  storeBinding?: StoreBinding
  coldStart?: ColdStart
  codeSteps?: CodeSteps
  warmVersions?: WarmVersions[]
  growth?: Growth
  recovery?: RecoveryFigures
  each?: EachFigures
  nodes?: NodesFigures
  page?: PageFigures
  micro?: Micro[]
}

export function report(results: Results): string {
  const { startUp, sideBySide, storeBinding, coldStart, codeSteps, warmVersions } = results
  const { growth, recovery, each, nodes, page, micro } = results
  const parts = [
    targets(results),
    sideBySide && sideBySideText(results, sideBySide),
    storeBinding && storeBindingText(storeBinding),
    coldStart && coldStartText(coldStart),
    codeSteps && codeStepsText(codeSteps),
    warmVersions && warmVersionsText(warmVersions),
    growth && growthText(growth),
    startUp && startUpText(startUp),
    recovery && recoveryText(recovery),
    each && eachText(each),
    nodes && nodesText(nodes),
    page && pageText(page),
    micro && microText(micro),
    machineText(results.machine)
  ]
  return `${parts.filter((part) => part !== undefined).join('\n\n')}\n`
}

function targets(results: Results): string {
  const { sideBySide, storeBinding, coldStart, codeSteps, startUp, growth, recovery, each, nodes, page } = results
  const rows = [['what', 'target', 'minimum', 'median', 'maximum']]
  const at32 = ratiosAt(sideBySide?.ratios, 32)
  const at1 = ratiosAt(sideBySide?.ratios, 1)
  if (at32 && at1) {
    rows.push(['throughput of a durable run, 32 connections, over the floor’s', '≥ 0.5', ...spread(at32.throughput, 2)])
    rows.push(['its p50 with one connection, over the floor’s', '≤ 2', ...spread(at1.p50, 2)])
  }
  if (startUp) rows.push(single('memory, idle (RSS, MB)', '≤ 120', megabytes(startUp.idle?.rss)))
  if (sideBySide) rows.push(single('memory under that load (most RSS, MB)', '≤ 300', megabytes(sideBySide.memory.peak)))
  rows.push(...codeTargets(coldStart, codeSteps))
  for (const { name, throughput } of growth?.ratios ?? []) {
    rows.push([`throughput with ${name} of history, over that with 10,000`, '≥ 0.8', ...spread(throughput, 2)])
  }
  if (startUp) rows.push(['start to listening, empty data directory (ms)', '≤ 1000', ...spread(startUp.warm, 0)])
  if (recovery) {
    rows.push([
      `start to listening, ${WAITING.toLocaleString('en')} waiting runs (ms)`,
      '≤ 2000',
      ...spread(recovery.startUp, 0)
    ])
    rows.push(single('memory after that (RSS, MB)', '≤ 200', megabytes(recovery.memory?.rss)))
  }
  rows.push(...storeTargets(storeBinding), ...eachTargets(each), ...nodesTargets(nodes), ...pageTargets(page))
  return `# What Bellhop reaches\n\nMade by \`npm run bench\`. A ratio is of two rounds that were measured\none after the other.\n\n${table(rows)}`
}

function codeTargets(coldStart: ColdStart | undefined, codeSteps: CodeSteps | undefined): string[][] {
  const rows: string[][] = []
  const first = coldStart?.figures[0]
  if (first) rows.push(['cold start of a code step, to its first line (ms)', '≤ 60', ...spread(first.took, 0)])
  for (const { what, more, perSecond } of codeSteps?.work ?? []) {
    const figures = [perSecond.min, perSecond.median, perSecond.max].map(whole)
    rows.push(
      [`p50 of warm code, ${what}, one connection: more than in process (ms)`, '≤ 1', ...spread(more, 2)],
      [`runs a second of warm code, ${what}, 32 connections`, '≥ 2,000', ...figures]
    )
  }
  return rows
}

/** At most 10 % slower. */
function storeTargets(row: StoreBinding | undefined): string[][] {
  const [at32, at1] = [ratiosAt(row?.ratios, 32), ratiosAt(row?.ratios, 1)]
  if (at32 === undefined || at1 === undefined) return []
  return [
    ['throughput with a cached `store` binding, over `runtime`’s', '≥ 0.9', ...spread(at32.throughput, 2)],
    ['its p50 with one connection, over `runtime`’s', '≤ 1.1', ...spread(at1.p50, 2)]
  ]
}

/** Linear in time, and flat in memory. */
function eachTargets(each: EachFigures | undefined): string[][] {
  if (each === undefined) return []
  return [
    ...growthTargets('an item with a credential of a store', each.stored),
    ...growthTargets('an item without credentials', each.growth)
  ]
}

function growthTargets(what: string, figures: readonly ItemFigures[]): string[][] {
  const [few, many] = [figures.at(0), figures.at(-1)]
  if (few === undefined || many === undefined) return []
  const dearer = many.tookMs / many.items / (few.tookMs / few.items)
  const of = `of ${many.items.toLocaleString('en')}, over one of ${few.items.toLocaleString('en')}`
  const memory =
    few.peak === undefined || many.peak === undefined ? 'not known here' : (many.peak / few.peak).toFixed(2)
  return [
    single(`${what} ${of} (time)`, '≤ 1.2', dearer.toFixed(2)),
    single('their most memory (RSS)', '≤ 1.2', memory)
  ]
}

function pageTargets(page: PageFigures | undefined): string[][] {
  if (page === undefined) return []
  const { scripts, interactive, scrolling, event } = page
  return [
    single('the builder’s first load, compressed scripts (KB)', '≤ 200', (scripts / 1000).toFixed(0)),
    ['from the navigation until it can be used (ms)', '≤ 1500', ...spread(interactive, 0)],
    single(
      `longest time without a frame, all ${RUNS.toLocaleString('en')} runs scrolled (ms)`,
      '< 1000',
      whole(scrolling.longest)
    ),
    ['from a click until the rows of a 5 MB event are shown (ms)', '≤ 500', ...spread(event, 0)]
  ]
}

function sideBySideText({ rounds, roundMs }: Results, { way, trial, figures, ratios, generator }: SideBySide): string {
  const committing = way === 'turn' ? 'on its main thread, once per turn' : 'in a worker thread'
  const tried = `${whole(trial.turn)} requests a second on the main thread, ${whole(trial.thread)} in a worker`
  return `## Side by side

The floor is a Fastify route that does the same work by hand (\`bench/src/floor/\`). It commits ${committing}, which was
the faster way here (${tried}). Medians of ${rounds} rounds of ${roundMs / 1000} s each, in turns:

${figuresTable(figures)}

Over the floor, round by round:

${ratiosTable(ratios)}

“Processor” is the time of all threads of the server’s process. The load generator, in a process of its own, used at
most ${Math.round(generator.busy * 100)} % of a core; with the vendor’s stand-in alone it does ${whole(generator.alone)} requests a second.`
}

function nodesText({ figures, ratios, together, cost }: NodesFigures): string {
  const rows = together.map(({ nodes, perSecond, processor }) => [String(nodes), whole(perSecond), whole(processor)])
  return `## On PostgreSQL

Bellhop on DBOS beside a bare DBOS workflow of one step, behind a Fastify route (\`bench/src/floor/bare-dbos.ts\`), which keeps the
caller’s token in clear; each with a database of its own on one server with its usual settings, on this machine. In turns:

${figuresTable(figures)}

Over bare DBOS, round by round:

${ratiosTable(ratios)}

Nodes over one database, 32 connections in all, everything on this machine:

${table([['nodes', 'runs/s', 'processor of the nodes (µs/run)'], ...rows])}

A run takes ${cost.commits.toFixed(1)} commits, ${whole(cost.wal)} bytes of write-ahead log and ${whole(cost.processor)} µs of the database server’s
processor; ${whole(cost.stay)} bytes of tables and indexes stay of it.`
}

function nodesTargets(nodes: NodesFigures | undefined): string[][] {
  const at32 = ratiosAt(nodes?.ratios, 32)
  if (at32 === undefined) return []
  return [['throughput on DBOS, 32 connections, over a bare DBOS workflow’s', '≥ 0.8', ...spread(at32.throughput, 2)]]
}

function storeBindingText({ figures, ratios }: StoreBinding): string {
  return `## A credential from a store

Two workflows of one server, in turns: \`runtime\` takes the credential out of the request, \`store\` looks it up by a key
of the request, in a SQLite file, and finds it in the cache:

${figuresTable(figures)}

Over \`runtime\`, round by round:

${ratiosTable(ratios)}`
}

function coldStartText({ isolation, starts, figures }: ColdStart): string {
  const rows = figures.map(({ name, took, processor }) => [name, ...spread(took, 1), processor.median.toFixed(1)])
  const head = ['', 'minimum (ms)', 'median', 'maximum', 'processor (ms)']
  return `## Cold start of a code step

From the start of a process to the first line that the step’s code writes, ${starts} processes of each kind, in turns; the
isolation in force here is \`${isolation ?? 'not known'}\`. “Processor” is the process’s own time until that line:

${table([head, ...rows])}`
}

function codeStepsText({ figures, ratios }: CodeSteps): string {
  const rows = figures.map((one) => [...figuresRow(one), whole(one.children)])
  return `## A warm code step

Workflows of one server, in turns. A small value: code that returns a field of the event, beside an \`end_if\` on it, which
is the least that a step costs in the server’s process. A call: the vendor’s answer by \`fetch\` with the credential as a
handle, beside \`http-request\`. “Of code” is the processor time of the sandbox’s processes, besides the server’s:

${table([[...FIGURES, 'of code (µs/request)'], ...rows])}

Code over its counterpart, round by round:

${ratiosTable(ratios)}`
}

function warmVersionsText(figures: readonly WarmVersions[]): string {
  const rows = figures.map(({ versions, processes, server, sandbox }) => [
    String(versions),
    String(processes),
    ...[server?.rss, server?.pss, sandbox?.pss, sandbox?.own].map(megabytes)
  ])
  const head = ['warm versions', 'processes', 'server (RSS, MB)', '(PSS)', 'sandbox (PSS, MB)', '(private)']
  return `## Memory of warm versions

Each version is a workflow with the code that calls by \`fetch\`, and has served one run. “Sandbox” is all of its
processes together, with those that isolate them; “private” counts no page that two share:

${table([head, ...rows])}`
}

function growthText({ sizes, ratios }: Growth): string {
  const sized = sizes.map(({ bytes, figures }) => ({ ...figures, name: `${figures.name} (${megabytes(bytes)} MB)` }))
  return `## As history grows

The same load on servers that remember few runs and many, in turns:

${figuresTable(sized)}

Over the smallest, round by round:

${ratiosTable(ratios)}`
}

function startUpText({ warm, cold, idle }: StartUp): string {
  const rows = [
    ['', 'minimum', 'median', 'maximum'],
    ['with Node’s compile cache (ms)', ...spread(warm, 0)],
    ['without it, as the first start after an installation (ms)', ...spread(cold, 0)]
  ]
  const memory = `Idle, it holds ${megabytes(idle?.rss)} MB (RSS), ${megabytes(idle?.pss)} MB with shared pages counted in part (PSS).`
  return `## Start\n\nFrom the start of the process to \`listening\`, each time with an empty data directory:\n\n${table(rows)}\n\n${memory}`
}

function recoveryText({ startUp, memory }: RecoveryFigures): string {
  return `## Recovery

With ${WAITING.toLocaleString('en')} runs that wait, each with a sealed credential: ${whole(startUp.median)} ms to \`listening\`, and
${megabytes(memory?.rss)} MB (RSS), ${megabytes(memory?.pss)} MB (PSS), two seconds later.`
}

function eachText({ bound, cached, stored, growth }: EachFigures): string {
  const row = (what: string, { items, tookMs, idle, peak }: ItemFigures): string[] => [
    what,
    items.toLocaleString('en'),
    (tookMs / 1000).toFixed(1),
    (tookMs / items).toFixed(2),
    megabytes(idle),
    megabytes(peak)
  ]
  const head = ['', 'items', 'seconds', 'ms/item', 'memory before (RSS, MB)', 'at most']
  const rows = [
    head,
    row('a credential each, in the request', bound),
    row('of ten customers, in a store', cached),
    ...stored.map((one) => row('a credential each, in a store', one)),
    ...growth.map((one) => row('without credentials', one))
  ]
  return `## Many users in one run\n\nAn \`each\` of one call, ten items at a time, each of its commits synced:\n\n${table(rows)}`
}

function pageText({ scrolling: { tookMs, longest, p99, rows } }: PageFigures): string {
  return `## The builder’s page

In Chromium, without its cache, by its own performance entries. It can be used when the list of workflows is shown and half
a second goes by without a task of over 50 ms. ${RUNS.toLocaleString('en')} runs were scrolled from the newest to the oldest in
${(tookMs / 1000).toFixed(1)} s, as fast as they came: the longest time between two frames was ${whole(longest)} ms (p99 ${whole(p99)} ms), and the page
held at most ${rows} rows at once.`
}

function microText(micro: readonly Micro[]): string {
  return `## Parts alone\n\n${micro.map(({ title, lines }) => `${title}:\n\n\`\`\`\n${lines}\n\`\`\``).join('\n\n')}`
}

function machineText(machine: Machine): string {
  const { median, p99 } = machine.sync
  const rows = [
    ['', ''],
    ['processor', machine.processor],
    ['cores', String(machine.cores)],
    ['memory', `${machine.memoryGiB} GiB`],
    ['disk', `${machine.fileSystem}; a sync takes ${median.toFixed(2)} ms (p99 ${p99.toFixed(2)} ms)`],
    ['system', machine.system],
    ['Node.js', machine.node],
    ['load before the benchmark', machine.loadBefore.toFixed(2)]
  ]
  return `## Machine\n\n${table(rows)}`
}

function figuresTable(figures: readonly Figures[]): string {
  return table([FIGURES, ...figures.map(figuresRow)])
}

const FIGURES = ['', 'connections', 'requests/s', 'p50 (ms)', 'p99 (ms)', 'processor (µs/request)']

function figuresRow({ name, connections, perSecond, p50, p99, processor }: Figures): string[] {
  return [name, String(connections), whole(perSecond), p50.toFixed(2), p99.toFixed(2), whole(processor)]
}

function ratiosTable(ratios: readonly Ratios[]): string {
  const kinds = [
    ['throughput', (r: Ratios) => r.throughput],
    ['p50', (r: Ratios) => r.p50],
    ['p99', (r: Ratios) => r.p99],
    ['processor', (r: Ratios) => r.processor]
  ] as const
  const rows = ratios.flatMap((ratio) =>
    kinds.map(([kind, of]) => [`${ratio.name}: ${kind}`, String(ratio.connections), ...spread(of(ratio), 2)])
  )
  return table([['', 'connections', 'minimum', 'median', 'maximum'], ...rows])
}

function ratiosAt(ratios: readonly Ratios[] | undefined, connections: number): Ratios | undefined {
  return ratios?.find((ratio) => ratio.connections === connections)
}

function spread({ min, median, max }: Spread, digits: number): string[] {
  return [min, median, max].map((value) => value.toFixed(digits))
}

/** A figure without a spread stands in the median's column. */
function single(what: string, target: string, figure: string): string[] {
  return [what, target, '', figure, '']
}

function megabytes(bytes: number | undefined): string {
  return bytes === undefined ? 'not known here' : String(Math.round(bytes / 1e6))
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en')
}
