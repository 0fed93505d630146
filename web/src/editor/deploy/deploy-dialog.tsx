import { Dialog } from '../../ui/dialog.tsx'

export function DeployDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  return <Dialog open={open} onOpenChange={onOpenChange} title="Deploy" />
}
