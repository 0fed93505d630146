import { Page } from '../../ui/page.tsx'

export function SignIn() {
  return <Page title="Sign in">{null}</Page>
}
