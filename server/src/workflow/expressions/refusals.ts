/** What JavaScript can say and an expression cannot, in words. Messages never quote the text around. */
import type { AnyNode } from 'acorn'
import type { Problem } from '../mistakes.ts'

const VALUE = 'an expression that gives a value, such as {{steps.trigger.event.body.count + 1}}'
const ASSIGNS: Problem = { message: 'an expression changes nothing: it cannot assign', expected: VALUE }
const WAITS: Problem = { message: 'an expression cannot wait: it has no `await` and no promises', expected: VALUE }
const DECLARES: Problem = { message: 'an expression declares no classes and no generators', expected: VALUE }
export const STATEMENT: Problem = { message: 'this is a statement, and gives no value', expected: VALUE }

/** Why this node cannot stand in an expression, if so. What stands inside it is judged by itself. */
export function refusal(node: AnyNode): Problem | undefined {
  switch (node.type) {
    case 'AssignmentExpression':
    case 'UpdateExpression':
      return ASSIGNS
    case 'UnaryExpression':
      return node.operator === 'delete' ? ASSIGNS : undefined
    case 'AwaitExpression':
      return WAITS
    case 'ForOfStatement':
      return node.await ? WAITS : undefined
    case 'FunctionExpression':
    case 'FunctionDeclaration':
    case 'ArrowFunctionExpression':
      return node.async ? WAITS : node.generator ? DECLARES : undefined
    case 'YieldExpression':
    case 'ClassExpression':
    case 'ClassDeclaration':
      return DECLARES
    case 'ThisExpression':
    case 'Super':
    case 'MetaProperty':
      return { message: 'there is no `this` in an expression', expected: VALUE }
    case 'ImportExpression':
      return { message: 'an expression cannot import', expected: VALUE }
    case 'DebuggerStatement':
      return STATEMENT
    default:
      return undefined
  }
}

const STATEMENTS =
  /^(?:break|const|continue|debugger|do|export|for|if|import|let|return|switch|throw|try|var|while|with)\b/

/** What a parser stumbled over, from what stands there. */
export function syntaxProblem(rest: string): Problem {
  if (STATEMENTS.test(rest)) return STATEMENT
  return { message: 'this is not a JavaScript expression', expected: VALUE }
}
