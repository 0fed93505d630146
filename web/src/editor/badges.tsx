import { EyeOff, KeyRound, Lock, RotateCw, UserRound, Vault, Eye } from 'lucide-react'
import { isObject } from '../values/json.ts'
import { CodeWords } from '../ui/code-words.tsx'
import { Badge } from '../ui/status.tsx'
import { Tooltip } from '../ui/tooltip.tsx'
import { useChecked } from './check.ts'
import type { StepNode } from './steps.ts'
import { bindingBadges, type BindingBadge } from './words.ts'

const SIGNS = {
  runtime: <Lock className="size-3" />,
  store: <Vault className="size-3" />,
  account: <KeyRound className="size-3" />,
  external_user: <UserRound className="size-3" />
}

/** What is to be known of a step at a glance: whose credentials it uses, and what is not as usual. */
export function StepBadges({ step }: { step: StepNode }) {
  const { retry, reveal } = step.value
  const attempts = isObject(retry) ? retry['attempts'] : undefined
  return (
    <>
      {bindingBadges(step).map((badge) => (
        <Binding key={badge.app} step={step} badge={badge} />
      ))}
      {typeof attempts === 'number' && attempts > 1 ? (
        <Said text={`Tried up to ${attempts} times`}>
          <Badge>
            <RotateCw className="size-3" aria-hidden="true" />
            {attempts}
          </Badge>
        </Said>
      ) : null}
      {reveal === true ? (
        <Said text="Its code gets real credentials, not handles. Each use is written to the audit log.">
          <Badge tone="warn">
            <Eye className="size-3" aria-hidden="true" />
            reveal
          </Badge>
        </Said>
      ) : null}
    </>
  )
}

/** Secrets are brass: whatever is kept from everybody. An account's name is no secret, but what it stands for is. */
function Binding({ step, badge }: { step: StepNode; badge: BindingBadge }) {
  const says = useChecked().plan?.steps.find(({ name }) => name === step.name)?.auth[badge.app]?.says
  return (
    <Said text={says ?? `${badge.app}: ${badge.label}`}>
      <Badge tone="brass">
        <span aria-hidden="true">{SIGNS[badge.kind]}</span>
        {badge.label}
      </Badge>
    </Said>
  )
}

function Said({ text, children }: { text: string; children: React.ReactNode }) {
  return (
    <Tooltip text={<CodeWords text={text} />}>
      <span className="inline-flex max-w-40 min-w-0 [&>span]:truncate">
        {children}
        <span className="sr-only">{text.replaceAll('`', '')}</span>
      </span>
    </Tooltip>
  )
}

/** Runs of which nothing stays. */
export function NothingKept() {
  return (
    <Said text="Nothing of a run stays after its end">
      <Badge>
        <EyeOff className="size-3" aria-hidden="true" />
        keeps nothing
      </Badge>
    </Said>
  )
}
