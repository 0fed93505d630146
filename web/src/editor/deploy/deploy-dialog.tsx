import { Rocket } from 'lucide-react'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { useEditor } from '../context.tsx'
import { useDraft } from '../draft/context.tsx'
import { useChecked } from '../check.ts'
import { DeployProgress } from './progress.tsx'
import { DeployResult } from './result.tsx'
import { Review } from './review.tsx'
import { useDeploy } from './use-deploy.ts'

/** Makes a version of the draft: what it changes, what is doubtful, what is being done, and where it is then. */
export function DeployDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const { workflow, document } = useEditor()
  const { deployed, save, onDeployed } = useDraft()
  const { mistakes } = useChecked()
  const { state, deploy, reset } = useDeploy()
  const wrong = mistakes.length > 0 || document.errors.length > 0
  const same = deployed?.text === document.text
  async function begin() {
    const deployment = await deploy(workflow, document.text, save)
    if (deployment !== undefined) onDeployed(deployment, document.text)
  }
  function change(next: boolean) {
    // What is under way goes on on the server: it is watched to its end.
    if (state.at === 'deploying') return
    onOpenChange(next)
    if (!next) reset()
  }
  return (
    <Dialog
      open={open}
      onOpenChange={change}
      width={state.at === 'review' && deployed !== undefined && !same ? 'wide' : 'medium'}
      title={state.at === 'deployed' ? `Version ${state.deployment.version} is deployed` : `Deploy ${workflow}`}
      description={state.at === 'review' ? meaning(deployed?.version) : undefined}
      actions={
        state.at === 'deployed' ? (
          <Button look="primary" onClick={() => change(false)}>
            Done
          </Button>
        ) : (
          <>
            <Button onClick={() => change(false)} disabled={state.at === 'deploying'}>
              Cancel
            </Button>
            <Button
              look="primary"
              autoFocus
              busy={state.at === 'deploying'}
              disabled={wrong}
              onClick={() => void begin()}
            >
              {state.at === 'deploying' ? null : <Rocket className="size-3.5" />}
              {state.at === 'failed' ? 'Try again' : 'Deploy'}
            </Button>
          </>
        )
      }
    >
      {state.at === 'review' ? <Review same={same} /> : null}
      {state.at === 'deploying' || state.at === 'failed' ? <DeployProgress state={state} /> : null}
      {state.at === 'deployed' ? <DeployResult deployment={state.deployment} /> : null}
    </Dialog>
  )
}

function meaning(version: number | undefined): string {
  if (version === undefined) return 'The first version. From then on, what its trigger delivers starts runs.'
  return `Takes the place of version ${version}. Runs that are under way go on as they began.`
}
