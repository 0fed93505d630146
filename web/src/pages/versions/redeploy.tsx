import { DeployProgress } from '../../editor/deploy/progress.tsx'
import { useDeploy } from '../../editor/deploy/use-deploy.ts'
import { TokenShown } from '../../editor/detail/token-shown.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { MistakeList, Notice } from '../../ui/notice.tsx'

interface RedeployProps {
  name: string
  version: number
  text: string
  open: boolean
  onClose: () => void
}

/** Deploys an old version as a new one. */
export function Redeploy({ name, version, text, open, onClose }: RedeployProps) {
  const { state, deploy, reset } = useDeploy()
  const busy = state.at === 'deploying'
  function change(next: boolean) {
    if (busy || next) return
    onClose()
    reset()
  }
  return (
    <Dialog
      open={open}
      onOpenChange={change}
      width="medium"
      title={
        state.at === 'deployed' ? `Version ${state.deployment.version} is deployed` : `Deploy version ${version} again?`
      }
      description={
        state.at === 'review'
          ? 'It becomes a new version with the same text. Runs that are under way go on as they began; a draft stays as it is.'
          : undefined
      }
      actions={
        state.at === 'deployed' ? (
          <Button look="primary" onClick={() => change(false)}>
            Done
          </Button>
        ) : (
          <>
            <Button disabled={busy} onClick={() => change(false)}>
              Cancel
            </Button>
            <Button look="primary" busy={busy} onClick={() => void deploy(name, text)}>
              {state.at === 'failed' ? 'Try again' : 'Deploy it'}
            </Button>
          </>
        )
      }
    >
      {state.at === 'deploying' || state.at === 'failed' ? <DeployProgress state={state} /> : null}
      {state.at === 'deployed' ? (
        <div className="flex flex-col gap-3">
          {state.deployment.token === undefined ? null : <TokenShown token={state.deployment.token} />}
          {state.deployment.warnings.length === 0 ? (
            <Notice tone="good">It is the current version from now on.</Notice>
          ) : (
            <Notice tone="warn" title="It is the current version. Doubtful:">
              <MistakeList mistakes={state.deployment.warnings} />
            </Notice>
          )}
        </div>
      ) : null}
    </Dialog>
  )
}
