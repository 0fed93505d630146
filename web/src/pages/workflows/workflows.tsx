import { Page } from '../../ui/page.tsx'

export function Workflows() {
  return <Page title="Workflows">{null}</Page>
}
