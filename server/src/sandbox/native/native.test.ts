/** What steps in Python and Bash can do, with the machine's own interpreters. */
import { Fault, type Json } from '@bellhop/sdk'
import { afterAll, describe, expect, test } from 'vitest'
import { levelsHere } from './testing/levels.ts'
import { NativeFixture } from './testing/native.ts'

const levels = await levelsHere()

describe.each(levels.filter(({ asUser }) => !asUser).slice(0, 1))('a step', (here) => {
  const fixture = new NativeFixture(here)
  afterAll(() => fixture[Symbol.asyncDispose]())
  const steps = { trigger: { event: { name: 'Ädä' } } }

  test('in Python gets steps, inputs, context and variables, and leaves what it returns and exports', async () => {
    const code = `import os
def handler(pd):
    pd.export("seen", [pd.inputs["channel"], pd.context["id"], os.environ["REGION"], os.getcwd() == os.environ["HOME"]])
    return {"name": pd.steps["trigger"]["event"]["name"], "n": 1.5, "none": None}`
    const more = { steps, inputs: { channel: '#a' }, context: { id: 'run-1' }, env: { REGION: 'eu' } }
    expect(await fixture.python(code, more)).toEqual({
      exports: { seen: ['#a', 'run-1', 'eu', true] },
      returned: { name: 'Ädä', n: 1.5, none: null }
    })
  })

  test('in Python may do without a handler', async () => {
    expect(await fixture.python('pd.export("sum", sum(pd.inputs["all"]))', { inputs: { all: [1, 2] } })).toEqual({
      exports: { sum: 3 }
    })
  })

  test('in Bash gets a file of steps, and leaves lines or JSON in another', async () => {
    const code = `grep -o '"name":"[^"]*"' "$PIPEDREAM_STEPS" | cut -d'"' -f4 | sed 's/^/name=/' >> $PIPEDREAM_EXPORTS
echo 'list:json=[1,{"a":null}]' >> $PIPEDREAM_EXPORTS
echo '{"region":"'$REGION'","x":2}' >> $PIPEDREAM_EXPORTS
echo "equation=a=b" >> $PIPEDREAM_EXPORTS`
    expect(await fixture.bash(code, { steps, env: { REGION: 'eu' } })).toEqual({
      exports: { name: 'Ädä', list: [1, { a: null }], region: 'eu', x: 2, equation: 'a=b' }
    })
  })

  test('logs what is printed, in order, whoever prints it', async () => {
    fixture.lines.length = 0
    await fixture.python(`import os, sys
print("one")
print("two", file=sys.stderr)
os.system("echo three; echo four >&2")
print("five", end="")`)
    await fixture.bash('echo six; echo seven > /dev/stderr; echo eight | tee /dev/stderr >/dev/null; printf nine')
    const words = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine']
    expect(fixture.lines).toEqual(words.map((word) => `info: ${word}`))
  })

  test.each([
    [
      'throws',
      'python',
      'def handler(pd):\n    raise ValueError("no " + "way")',
      'ValueError: no way',
      '"it.py", line 2'
    ],
    ['is no Python', 'python', 'def handler(pd:\n', /SyntaxError: .*never closed/, 'line 1'],
    ['exits', 'python', 'import sys; sys.exit("enough")', 'SystemExit: the step exited: enough', 'line 1'],
    ['dies', 'python', 'import os; os._exit(3)', 'the step ended with exit code 3', ''],
    ['kills itself', 'bash', 'kill -9 $$', 'the step ended (SIGKILL)', ''],
    ['exits', 'bash', 'echo "$0: no" >&2; exit 4', 'the step ended with exit code 4', ''],
    ['returns no JSON', 'python', 'def handler(pd):\n    return {1, 2}', /cannot be written as JSON/, ''],
    ['returns no number', 'python', 'def handler(pd):\n    return float("nan")', /cannot be written as JSON/, ''],
    ['exports no JSON', 'bash', 'echo "a:json={" >> $PIPEDREAM_EXPORTS', /line 1 of \$PIPEDREAM_EXPORTS says/, ''],
    [
      'exports nothing known',
      'bash',
      'echo "a b" >> $PIPEDREAM_EXPORTS',
      /line 1 of \$PIPEDREAM_EXPORTS is neither/,
      ''
    ]
  ] as const)('that %s fails (%s)', async (_, language, code, message, stack) => {
    const error: unknown = await fixture.run(language, code).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'code_failed', retryable: !/SyntaxError|PIPEDREAM/.test(String(message)) })
    const { message: said, cause } = error as Fault
    expect(said).toMatch(message)
    expect((cause as Error).stack).toContain(stack)
  })

  test('asks the server what `pd` offers, and is told what is refused', async () => {
    const asked: [string, Json][] = []
    const ask = async (operation: string, input: Json): Promise<Json> => {
      asked.push([operation, input])
      if (operation === 'respond') throw new Fault('bad_response', 'no such status', { hint: 'Use 200.' })
      return operation === 'flow.suspend' ? { resume_url: 'https://x' } : null
    }
    const code = `def handler(pd):
    urls = pd.flow.suspend(5000)
    pd.flow.rerun(1, {"a": 1}, 3)
    pd.flow.exit("done")
    try:
        pd.respond({"status": 99, "body": "x"})
    except RuntimeError as error:
        return [urls, str(error)]`
    expect((await fixture.python(code, { ask })).returned).toEqual([
      { resume_url: 'https://x' },
      'no such status. Use 200.'
    ])
    expect(asked).toEqual([
      ['flow.suspend', { ms: 5000 }],
      ['flow.rerun', { ms: 1, context: { a: 1 }, max: 3 }],
      ['flow.exit', { reason: 'done' }],
      ['respond', { status: 99, body: 'x' }]
    ])
  })

  test('takes in and leaves megabytes', async () => {
    const text = 'x'.repeat(5_000_000)
    const { returned } = await fixture.python('def handler(pd):\n    return pd.steps["a"] * 2', { steps: { a: text } })
    expect((returned as string).length).toBe(10_000_000)
  })

  test('that is stopped fails at once', async () => {
    const stop = new AbortController()
    const call = fixture.bash('echo waiting; sleep 60', { signal: stop.signal, log: () => stop.abort() })
    await expect(call).rejects.toMatchObject({ code: 'sandbox_stopped' })
  })
})
