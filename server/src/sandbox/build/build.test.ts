import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { NewBuild } from '../../workflow/building.ts'
import { startBench, type BuildBench } from './testing/builds.ts'

let bench: BuildBench
beforeAll(async () => {
  bench = await startBench()
})
afterAll(() => bench.close())

const ran = (build: NewBuild, step?: string): Promise<unknown> => bench.run(build, step)

const returning = (expression: string, imports = ''): string => `${imports}\nexport default async () => ${expression}`

test('code without imports becomes one file, with types taken out and `defineComponent` there', async () => {
  const build = await bench.built(
    'const n: number = 1\nexport default defineComponent({ async run() { return n + 1 } })',
    { code: 'import { defineComponent as d } from "@bellhop/sdk"\nexport default d({ run: () => "b" })' }
  )
  expect(Object.keys(build.steps)).toEqual(['a', 'b'])
  expect(build.files.map(({ name }) => name).toSorted()).toEqual(['a.mjs', 'a.mjs.map', 'b.mjs', 'b.mjs.map'])
  expect(await ran(build)).toBe(2)
  expect(await ran(build, 'b')).toBe('b')
  expect(bench.registry.asked).toEqual([])
})

test('a pinned version, a range, a path and no version at all', async () => {
  const made = (version: string) => ({
    name: '@it/num',
    version,
    json: { type: 'module', exports: { '.': './n.js', './deep/*': './lib/*.js' } },
    files: { 'n.js': `export default '${version}'`, 'lib/x.js': `export const x = 'x of ${version}'` }
  })
  bench.registry.publish(made('1.0.0'), made('1.4.0'), made('2.0.0'))
  const build = await bench.built(
    returning('n', 'import n from "@it/num@1.0.0"'),
    returning('[n, x]', 'import n from "@it/num@^1.1"\nimport { x } from "@it/num@^1.1/deep/x"'),
    returning('n', 'import n from "@it/num"'),
    returning('(await import("@it/num@2")).default')
  )
  expect(await ran(build, 'a')).toBe('1.0.0')
  expect(await ran(build, 'b')).toEqual(['1.4.0', 'x of 1.4.0'])
  // Another step pins it, and this one takes what is said first.
  expect(await ran(build, 'c')).toBe('1.0.0')
  expect(await ran(build, 'd')).toBe('2.0.0')
  expect(build.steps['b']?.packages).toEqual(['@it/num@1.4.0'])
  const newest = await bench.built(returning('n', 'import n from "@it/num"'))
  expect(await ran(newest)).toBe('2.0.0')
})

test('CommonJS works as it does in Node: require, dirname, JSON, optional parts that are not there', async () => {
  bench.registry.publish({
    name: 'old-style',
    version: '1.0.0',
    json: { main: './lib' },
    files: {
      'lib/index.js': `const { join } = require('path')
        let extra = 'none'
        try { extra = require('not-there') } catch (error) { extra = error.code }
        const dynamic = (name) => require(name)
        module.exports = { version: require('../package.json').version, joined: join('a', 'b'), extra, os: typeof dynamic('o' + 's').cpus,
          dir: typeof __dirname, child: require('child_process').spawn }`
    }
  })
  const build = await bench.built(
    returning(
      '({ ...old, child: typeof old.child, called: String(called(() => old.child("ls"))) })',
      `
      import old from "old-style"
      const called = (call) => { try { return call() } catch (error) { return error } }`
    )
  )
  expect(await ran(build)).toMatchObject({
    version: '1.0.0',
    joined: 'a/b',
    extra: 'MODULE_NOT_FOUND',
    os: 'function',
    dir: 'string',
    child: 'function',
    called: 'Error: code in a step may not use spawn()'
  })
})

test('packages that compute what they import find their own files, as in Node', async () => {
  bench.registry.publish({
    name: 'languages',
    version: '1.0.0',
    files: {
      'index.js': `exports.named = (name) => require('./words/' + name)
        exports.json = (name) => require(\`./words/\${name}.json\`)
        exports.later = (name) => import('./words/' + name + '.js').then((it) => it.default)
        exports.twice = (name) => require('./words/' + require('./words/' + name).next)
        exports.own = require('./own.js')`,
      'own.js': `module.exports = ((require) => require('./words/' + 1))((path) => 'own ' + path)`,
      'words/de.js': 'module.exports = { yes: "ja", next: "fr" }',
      'words/fr.js': 'module.exports = { yes: "oui" }',
      'words/it.json': '{ "yes": "sì" }',
      'words/more/index.js': 'module.exports = { yes: "more" }',
      'words/sloppy.js': 'with (Math) { max(1) }',
      'words/template.js': 'module.exports = {{ name }}'
    }
  })
  const calls = {
    file: `named('de').yes`,
    ending: `named('de.js').yes`,
    folder: `named('more').yes`,
    below: `named('more/index').yes`,
    json: `json('it').yes`,
    later: `(await later('fr')).yes`,
    twice: `twice('de').yes`,
    own: `own`,
    none: `named('en')`,
    outside: `named('../../../key')`
  }
  const tried = Object.entries(calls).map(
    ([name, call]) => `try { said.${name} = ${call} } catch (error) { said.${name} = error.code }`
  )
  const build = await bench.built(
    `import { named, json, later, twice, own } from 'languages'
    export default async () => { const said = {}; ${tried.join('\n')}; return said }`
  )
  expect(await ran(build)).toEqual({
    file: 'ja',
    ending: 'ja',
    folder: 'more',
    below: 'more',
    json: 'sì',
    later: 'oui',
    twice: 'oui',
    own: 'own ./words/1',
    none: 'MODULE_NOT_FOUND',
    outside: 'MODULE_NOT_FOUND'
  })
})

test('a default import of a compiled module is what Node makes of it', async () => {
  bench.registry.publish({
    name: 'compiled',
    version: '1.0.0',
    files: {
      'index.js': 'Object.defineProperty(exports, "__esModule", { value: true }); exports.default = 1; exports.x = 2'
    }
  })
  const build = await bench.built(returning('it', 'import it from "compiled"'))
  expect(await ran(build)).toMatchObject({ default: 1, x: 2 })
})

test('an export that is not there is told where it is imported, whatever kind of module it is', async () => {
  bench.registry.publish(
    { name: 'as-common', version: '1.0.0', files: { 'index.js': 'for (const name of ["a", "b"]) exports[name] = 1' } },
    { name: 'as-module', version: '1.0.0', json: { type: 'module' }, files: { 'index.js': 'export const a = 1' } }
  )
  const importing = (name: string): string =>
    `// first\nimport { a, nope } from '${name}'\nexport default () => a + nope`
  const common = 'steps.0.code: line 2, column 13 of the code: `as-common` has no export named `nope`'
  expect(await bench.problems(importing('as-common'))).toEqual([common])
  expect(await bench.problems({ code: importing('as-common').replace('() =>', '(x: number) =>') })).toEqual([common])
  const module: unknown = expect.stringMatching(
    /^steps\.0\.code: line 2, column 13 of the code: No matching export .* for import "nope"/
  )
  expect(await bench.problems(importing('as-module'))).toEqual([module])
  expect(await bench.problems(importing('node:fs'))).toEqual([
    expect.stringMatching(/^steps\.0\.code: line 2, column 10 .* for import "a"/),
    expect.stringMatching(/^steps\.0\.code: line 2, column 13 .* for import "nope"/)
  ])
  await bench.built(`import { a, b as c } from 'as-common'\nexport default () => a + c`)
})

test('what packages need is installed, one version each where that fits, with peers, aliases and what is optional', async () => {
  const leaf = (version: string) => ({ name: 'leaf', version, files: { 'index.js': `module.exports = '${version}'` } })
  bench.registry.publish(
    leaf('1.0.0'),
    leaf('1.1.0'),
    leaf('2.0.0'),
    {
      name: 'branch',
      version: '1.0.0',
      json: {
        dependencies: { leaf: '^1', 'leaf-two': 'npm:leaf@2' },
        peerDependencies: { peer: '*' },
        optionalDependencies: { gone: '1' }
      },
      files: {
        'index.js': `module.exports = [require('leaf'), require('leaf-two'), require('peer'), require('undeclared')]`
      }
    },
    { name: 'peer', version: '3.0.0', files: { 'index.js': 'module.exports = "peer"' } },
    { name: 'undeclared', version: '1.0.0', files: { 'index.js': 'module.exports = "shared"' } }
  )
  const build = await bench.built(
    returning('[b, l]', 'import b from "branch"\nimport l from "leaf@1.0.0"\nimport "undeclared"')
  )
  expect(await ran(build)).toEqual([['1.0.0', '2.0.0', 'peer', 'shared'], '1.0.0'])
  expect(Object.keys((build.lock as { packages: object }).packages).toSorted()).toEqual([
    'branch@1.0.0',
    'leaf@1.0.0',
    'leaf@2.0.0',
    'peer@3.0.0',
    'undeclared@1.0.0'
  ])
})

test('install scripts are not run, and nothing but archives is left', async () => {
  bench.registry.publish({
    name: 'scripted',
    version: '1.0.0',
    json: { scripts: { preinstall: 'touch ran', postinstall: 'touch ran' } },
    files: { 'index.js': 'module.exports = 1', 'binding.gyp': '{}' }
  })
  await bench.built(returning('s', 'import s from "scripted"'))
  expect(readdirSync(join(bench.dir, 'sandbox')).toSorted()).toEqual(['archives', 'building'])
  expect(readdirSync(join(bench.dir, 'sandbox', 'building'))).toEqual([])
  expect(readdirSync(join(bench.dir, 'sandbox', 'archives')).every((name) => /^[0-9a-f]{128}$/.test(name))).toBe(true)
})

test('the same code with the same packages is the same build', async () => {
  const code = returning('1', 'import "leaf@1.0.0"')
  const first = await bench.built(code)
  expect((await bench.built(code)).hash).toBe(first.hash)
  expect((await bench.built(`${code} `)).hash).not.toBe((await bench.built(returning('2', 'import "leaf@1.0.0"'))).hash)
})

test('says what it is doing', async () => {
  bench.registry.publish({ name: 'told', version: '1.2.3', files: { 'index.js': '' } })
  await bench.built(returning('1', 'import "told@1"'))
  expect(bench.progress).toEqual(['looking up told@1', 'fetched a package (0.0 MB)', 'looking at what the code needs'])
  await bench.built(returning('1', 'import "told@1"'))
  expect(bench.progress[1]).toBe('every package is here already')
})

test('a component of a package is found by its key, and is what the step runs', async () => {
  bench.registry.publish({
    name: '@it/chat',
    version: '0.4.0',
    json: { main: 'chat.app.mjs' },
    files: {
      'chat.app.mjs': 'export default { type: "app", app: "chat", methods: { say: () => "said" } }',
      'actions/send/send.mjs':
        'import chat from "../../chat.app.mjs"\nexport default { key: "chat-send", name: "Send", version: "0.0.1", type: "action", run: () => chat.methods.say() }',
      'sources/new/new.mjs': 'export default { key: "chat-new", name: "New", version: "0.0.1", type: "source" }'
    }
  })
  const build = await bench.built('@it/chat#chat-send')
  expect(build.steps['a']).toMatchObject({
    entry: 'a.mjs',
    action: { key: 'chat-send', version: '0.0.1' },
    packages: ['@it/chat@0.4.0']
  })
  expect(await ran(build)).toBe('said')
  expect(await bench.problems('@it/chat#chat-sned', '@it/chat#chat-send')).toEqual([
    'steps.0.use: `@it/chat@0.4.0` has no action with the key `chat-sned`'
  ])
})

test('what a component’s package imports without declaring it is installed, as Pipedream does', async () => {
  bench.registry.publish(
    { name: 'undeclared-too', version: '2.0.0', files: { 'index.js': 'module.exports = "there"' } },
    {
      name: '@it/careless',
      version: '1.0.0',
      files: {
        'index.mjs':
          'import it from "undeclared-too"\nexport default { key: "careless-do", version: "0.0.1", type: "action", run: () => it }'
      }
    }
  )
  const build = await bench.built('@it/careless#careless-do')
  expect(await ran(build)).toBe('there')
  expect(build.steps['a']?.packages).toEqual(['@it/careless@1.0.0', 'undeclared-too@2.0.0'])
})

test('positions in a bundle lead back to the step’s own text', async () => {
  const build = await bench.built({
    code: 'export default async () => {\n  throw new Error("boom")\n}',
    file: './src/boom.ts'
  })
  const { Positions } = await import('../positions.ts')
  const { gunzipSync } = await import('node:zlib')
  const map = build.files.find(({ name }) => name === 'a.mjs.map')
  const positions = new Positions(gunzipSync(map?.content ?? '').toString())
  const error = (await bench.run(build).catch((thrown: unknown) => thrown)) as Error
  const { stack = '' } = error.cause as Error
  expect(positions.rewrite(stack, 'a.mjs')).toMatch(/^Error: boom\n    at (?:\S+ \()?boom\.ts:2:9\)?$/)
})
