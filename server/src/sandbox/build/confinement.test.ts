/** What packages and steps may try while they are installed and bundled, and that it comes to nothing. */
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gunzipSync, gzipSync } from 'node:zlib'
import { Fault } from '@bellhop/sdk'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { NewBuild } from '../../workflow/building.ts'
import type { Lock } from './lock.ts'
import { LIMITS } from './limits.ts'
import { bundledSchema, installedSchema, scannedSchema } from './messages.ts'
import { KEY, startBench, type BuildBench } from './testing/builds.ts'
import { startBundler, startInstaller } from './worker.ts'

let bench: BuildBench
let keyFile: string
beforeAll(async () => {
  bench = await startBench({
    env: { NODE_OPTIONS: '--no-such-option', NPM_CONFIG_REGISTRY: 'http://127.0.0.1:1/', HOME: '/root' }
  })
  keyFile = join(bench.dir, 'key')
})
afterAll(() => bench.close())

let made = 0
/** A step that imports a new package of this kind. */
function importing(
  files: Record<string, string>,
  json: Record<string, unknown> = {},
  links: Record<string, string> = {}
): string {
  made += 1
  bench.registry.publish({ name: `package-${made}`, version: '1.0.0', json, files, links })
  return `import * as it from "package-${made}"\nexport default async () => JSON.stringify(it)`
}

/** Every byte of a build, as text. */
const textOf = (build: NewBuild): string =>
  build.files.map(({ name, content }) => name + gunzipSync(content).toString('latin1')).join('\n') +
  JSON.stringify(build)

test('no way that leads out of a package or a step is followed', async () => {
  const up = `${'../'.repeat(12)}${keyFile.slice(1)}`
  const url = pathToFileURL(keyFile).href
  const leaves = 'leaves the package'
  const odd = 'only JavaScript, TypeScript and JSON are bundled'
  const ways: [step: string, why: string][] = [
    [importing({ 'index.js': `module.exports = require('${up}')` }), leaves],
    [importing({ 'index.js': `import k from '${up}' with { type: 'text' }; export { k }` }), odd],
    [importing({ 'index.js': `import k from './index.js' with { type: 'bytes' }; export { k }` }), odd],
    [importing({ 'index.js': `module.exports = require('${keyFile}')` }), 'is a path of this machine'],
    [importing({ 'index.js': `module.exports = require('${url}')` }), 'is an address, not a package'],
    [importing({ 'index.js': 'module.exports = require("data:text/javascript,1")' }), 'is an address, not a package'],
    [importing({ 'index.js': 'module.exports = require("https://example.com/x.js")' }), 'is an address, not a package'],
    [importing({}, { exports: `./${up}` }), leaves],
    [importing({ 'index.js': 'module.exports = require("#k")' }, { imports: { '#k': `./${up}` } }), leaves],
    [importing({}, { main: up }), leaves],
    [importing({ 'index.js': 'require("./sub")', 'sub/package.json': JSON.stringify({ main: up }) }), leaves],
    [`import k from '${keyFile}'\nexport default () => k`, 'is a file'],
    [`const k = require('${up}')\nexport default () => k`, 'is a file'],
    [`export default async () => (await import('./${up}')).default`, 'is a file'],
    [`import k from '${url}'\nexport default () => k`, 'is neither a package nor'],
    [`import k from '${keyFile}' with { type: 'text' }\nexport default () => k`, odd]
  ]
  const problems = await bench.problems(...ways.map(([step]) => step))
  // What is wrong in a package is told where it stands there, which is in no step: so they are counted.
  const reasons = [...new Set(ways.map(([, why]) => why))]
  expect(reasons.map((why) => [why, problems.filter((problem) => problem.includes(why)).length])).toEqual(
    reasons.map((why) => [why, ways.filter(([, other]) => other === why).length])
  )
  expect(problems.join()).not.toContain(KEY)
})

test('a path that is computed is not looked for on the machine, however it is written', async () => {
  const folder = `.${bench.dir}/`
  const up = `${'../'.repeat(30)}${bench.dir.slice(1)}/`
  const ways = [
    `require('${folder}' + x)`,
    `require('./' + x)`,
    `require('${up}' + x)`,
    `require(\`${folder}\${x}\`)`,
    `require(\`\${'${folder}'}\${x}\`)`,
    `r\\u0065quire('${folder}' + x)`,
    `r\\u{0065}quire('\\x2e' + '${folder.slice(1)}' + x)`,
    `require /* ( */ ( // '
      '${folder}' + x)`,
    `(require)('${folder}' + x)`,
    `require(x ? '${folder}' + x : '${up}' + x)`,
    `require(null ?? '${folder}' + x)`,
    `import('${folder}' + x)`,
    `import/**/('${folder}' + x)`,
    `import('${folder}' + x, {})`
  ]
  const files = Object.fromEntries(ways.map((way, n) => [`${n}.js`, `exports.it = async (x) => ${way}`]))
  const types = {
    'types.ts': `export const it = (x: string): unknown => (require as any)('${folder}' + (x as string))`
  }
  const index = [...Object.keys(files), './types.ts'].map((path, n) => `exports[${n}] = require('./${path}').it`)
  bench.registry.publish({
    name: 'seeker',
    version: '1.0.0',
    files: { ...files, ...types, 'index.js': index.join('\n') }
  })
  const build = await bench.built(`import * as it from 'seeker'
    export default async () => {
      const tried = await Promise.all(Object.values(it.default).map(async (seek) => { try { return await seek('key') } catch (error) { return error.code } }))
      return tried.filter((code) => code !== 'MODULE_NOT_FOUND' && code !== 'ERR_MODULE_NOT_FOUND' && code !== 'ERR_ACCESS_DENIED')
    }`)
  expect(textOf(build)).not.toContain(KEY)
  expect(textOf(build)).not.toContain('admin-token')
  expect(await bench.run(build)).toEqual([])
})

test('a step that computes a path is told so, with its place', async () => {
  const told = (kind: string) =>
    `line 2, column 22 of the code: \`${kind}\` of a path that is computed: a step has one file, and no others beside it`
  const code = (call: string) => `// first\nexport default () => ${call}`
  expect(await bench.problems(code(`require('./tmp/' + 1)`))).toEqual([`steps.0.code: ${told('require')}`])
  expect(await bench.problems(code('import(`../${1}`)'))).toEqual([`steps.0.code: ${told('import')}`])
  const typed = code('import(`../${1 as number}`)')
  expect(await bench.problems({ code: typed, language: 'typescript' })).toEqual([`steps.0.code: ${told('import')}`])
  await bench.built(code(`import(['node:', 'path'].join(''))`))
})

test('links in an archive are no files, and lead nowhere', async () => {
  const step = importing(
    { 'index.js': 'try { exports.k = require("./key.json") } catch (error) { exports.k = error.code }' },
    {},
    { 'key.json': keyFile, folder: '/etc' }
  )
  const build = await bench.built(step)
  expect(await bench.run(build)).toContain('MODULE_NOT_FOUND')
})

test('source maps that packages name are not opened, nor what those name', async () => {
  const map = JSON.stringify({
    version: 3,
    sources: ['planted-source.js', pathToFileURL(keyFile).href],
    names: [],
    mappings: 'AAAA,CCAA'
  })
  writeFileSync(join(bench.dir, 'planted.map'), map)
  const planted = pathToFileURL(join(bench.dir, 'planted.map')).href
  const inline = `data:application/json;base64,${Buffer.from(map).toString('base64')}`
  const comments = [
    `//# sourceMappingURL=${planted}`,
    `/*# sourceMappingURL=${planted} */`,
    `//@ sourceMappingURL=${inline}`,
    `//# sourceMappingURL=${pathToFileURL(keyFile).href}`
  ]
  const steps = comments.flatMap((comment) => [
    importing({ 'index.js': `exports.a = 1\n${comment}\n` }),
    `export default () => 1\n${comment}\n`
  ])
  const text = textOf(await bench.built(...steps))
  expect(text).toContain('exports.a = 1')
  for (const never of ['planted-source', KEY, keyFile]) expect(text).not.toContain(never)
})

test('what esbuild would read by itself is not there: tsconfig, browser, files of other kinds', async () => {
  const step = importing(
    {
      'index.ts': 'export const a: number = 1; export { b } from "alias/x"',
      'tsconfig.json': JSON.stringify({
        extends: keyFile,
        compilerOptions: { paths: { 'alias/*': [`${keyFile}*`] } }
      }),
      'key.node': '',
      'key.txt': ''
    },
    { main: 'index.ts', browser: { './index.ts': keyFile } }
  )
  expect((await bench.problems(step)).join('\n')).toContain('Cannot find module')
  const odd = importing({
    'index.js': 'exports.addon = () => require("./key.node"); exports.a = "plain"',
    'key.node': ''
  })
  expect(await bench.run(await bench.built(odd))).toContain('plain')
})

test('a dependency that is not from the registry is refused, however deep, and its address is not repeated', async () => {
  const path = 'a path on this machine'
  const git = 'a git repository'
  const kinds = {
    'file:../../key': path,
    'link:../../key': path,
    'workspace:*': path,
    '../local': path,
    'git+https://user:s3cret@example.com/x.git': git,
    'github:user/repo': git,
    'user/repo': git,
    'git@github.com:user/repo.git': git,
    'https://user:s3cret@example.com/x.tgz': 'an archive at some address',
    'npm:other@file:../x': 'an alias of no package'
  }
  const steps = Object.keys(kinds).map((spec, n) => {
    const json = { optionalDependencies: { thing: spec } }
    bench.registry.publish(
      { name: `top-${n}`, version: '1.0.0', json: { dependencies: { [`middle-${n}`]: '1' } } },
      { name: `middle-${n}`, version: '1.0.0', json }
    )
    return `\nimport "top-${n}"\nexport default () => 1`
  })
  expect(await bench.problems(...steps)).toEqual(
    Object.values(kinds).map(
      (what, n) =>
        `steps.${n}.code: line 2, column 8 of the code: the package \`thing\`, which \`top-${n}@1.0.0\` → \`middle-${n}@1.0.0\` needs, is from ${what}`
    )
  )
})

test('the processes read the folder of archives, and no other', async () => {
  const build = await bench.built(importing({ 'index.js': '' }))
  const elsewhere = `${join(bench.dir, 'elsewhere')}/`
  cpSync(join(bench.dir, 'sandbox', 'archives'), elsewhere, { recursive: true })
  const archives = `${join(bench.dir, 'sandbox', 'archives')}/`
  const lock = build.lock as Lock
  const step = {
    step: 'a',
    label: 'a.js',
    language: 'javascript' as const,
    code: `import "package-${made}"`,
    pins: { [`package-${made}`]: `package-${made}@latest` }
  }
  const signal = new AbortController().signal
  const bundler = startBundler(archives, () => undefined, signal)
  const installer = startInstaller(archives, {}, () => undefined, signal)
  try {
    const bundle = (cache: string) => bundler.ask({ cache, lock, steps: [step] }, bundledSchema)
    const missing = 'is not there any more'
    expect(JSON.stringify((await bundle(archives)).problems)).not.toContain(missing)
    expect(JSON.stringify((await bundle(elsewhere)).problems)).toContain(missing)
    const request = {
      registry: { url: bench.registry.url },
      cache: elsewhere,
      wanted: [{ name: `package-${made}`, range: '1' }]
    }
    await expect(installer.ask(request, installedSchema)).rejects.toThrow(Fault)
  } finally {
    await Promise.all([bundler.end(), installer.end()])
  }
})

test('a process that takes too much memory is ended, and the build says so', async () => {
  const bundler = startBundler(bench.workshop.archives, () => undefined, new AbortController().signal)
  const { pid = 0 } = bundler
  const asked = bundler.ask({ scan: [] }, scannedSchema)
  bundler.used({ cpuMs: 0, memory: (LIMITS.memoryMb + 1) * 1024 * 1024 })
  await expect(asked).rejects.toMatchObject({ code: 'build_too_large' })
  await bundler.end()
  expect(() => process.kill(pid, 0)).toThrow('ESRCH')
})

test('an archive that was changed is fetched again, and never used', async () => {
  const step = importing({ 'index.js': 'exports.a = "genuine"' })
  await bench.built(step)
  const archives = join(bench.dir, 'sandbox', 'archives')
  for (const name of readdirSync(archives)) writeFileSync(join(archives, name), gzipSync('poison'))
  expect(await bench.run(await bench.built(step))).toContain('genuine')
  expect(readFileSync(keyFile, 'utf8')).toBe(KEY)
})

test('an archive that is not what the registry lists, or that is elsewhere, is refused', async () => {
  const dist = (more: Record<string, string>): string => {
    made += 1
    bench.registry.publish({ name: `package-${made}`, version: '1.0.0', files: { 'index.js': '' }, dist: more })
    return `import "package-${made}"\nexport default () => 1`
  }
  const other = `sha512-${Buffer.alloc(64).toString('base64')}`
  await expect(bench.build([dist({ integrity: other })])).rejects.toThrow('is not the one that the registry lists')
  await expect(bench.build([dist({ integrity: '', shasum: '0'.repeat(40) })])).rejects.toThrow('is not the one')
  await expect(bench.build([dist({ tarball: 'http://169.254.169.254/x.tgz' })])).rejects.toThrow('on another host')
  await expect(bench.build([dist({ tarball: pathToFileURL(keyFile).href })])).rejects.toThrow('on another host')
})

test('an archive that unpacks to too much is refused', { timeout: 60_000 }, async () => {
  const step = importing({ 'index.js': '', 'large.txt': ' '.repeat(257 << 20) })
  expect(await bench.problems(step)).toEqual([expect.stringMatching(/cannot be read: .* larger than 268435456 bytes$/)])
})

test('the registry’s token goes to the registry, and to no package', async () => {
  const other = await startBench()
  const registry = { url: other.registry.url, token: 'npm_s3cret' }
  const withToken = await startBench({ registry: () => registry })
  try {
    other.registry.publish({ name: 'guarded', version: '1.0.0', files: { 'index.js': '' } })
    const build = await withToken.built('import "guarded"\nexport default () => 1')
    expect(new Set(other.registry.tokens)).toEqual(new Set(['Bearer npm_s3cret']))
    expect(textOf(build)).not.toContain('npm_s3cret')
  } finally {
    await Promise.all([other.close(), withToken.close()])
  }
})

test('without the registry, what the version before had is built again, and nothing else', async () => {
  const lone = await startBench()
  try {
    lone.registry.publish({ name: 'pinned', version: '1.0.0', files: { 'index.js': 'module.exports = 1' } })
    const step = (n: number) =>
      `import p from "pinned@1.0.0"\nimport q from "pinned"\nexport default () => [p, q, ${n}]`
    const first = await lone.built(step(1))
    await lone.registry.close()
    const second = await lone.build([step(2)], first.lock)
    expect(await lone.run(second as NewBuild)).toEqual([1, 1, 2])
    await expect(lone.build(['import "other"\nexport default () => 1'], first.lock)).rejects.toMatchObject({
      code: 'registry_unreachable'
    })
    expect(readdirSync(join(lone.dir, 'sandbox', 'building'))).toEqual([])
  } finally {
    await lone.close()
  }
})

test('a file beside the definition’s folder is not part of a build', async () => {
  mkdirSync(join(bench.dir, 'node_modules', 'planted'), { recursive: true })
  writeFileSync(join(bench.dir, 'node_modules', 'planted', 'index.js'), 'module.exports = 1')
  expect((await bench.problems('import "planted"\nexport default () => 1')).join('\n')).toContain(
    'is not in the registry'
  )
})
