/** What HTTP needs of the rest of Bellhop; the composition root hands it over. */
import type { Accounts } from '../credentials/accounts.ts'
import type { Environment } from '../credentials/environment.ts'
import type { Leases } from '../credentials/stores/leases.ts'
import type { Stores } from '../credentials/stores/stores.ts'
import type { DataStores } from '../data/data-stores.ts'
import type { Engine } from '../engine/port.ts'
import type { Audit } from '../history/audit.ts'
import type { History } from '../history/history.ts'
import type { LiveHub } from '../history/live.ts'
import type { Forms } from '../run/drafts/forms.ts'
import type { Intake } from '../run/intake.ts'
import type { Replays } from '../run/replay/replays.ts'
import type { Resumptions } from '../run/resumptions.ts'
import type { Offers } from '../run/offers.ts'
import type { Scheduler } from '../run/schedules/scheduler.ts'
import type { Tests } from '../run/tests/tests.ts'
import type { Trying } from '../run/trying.ts'
import type { TestEvents } from '../run/test-events.ts'
import type { NativeSteps } from '../sandbox/native/native.ts'
import type { Components } from '../sandbox/build/components.ts'
import type { Catalogue } from '../workflow/catalogue.ts'
import type { Drafts } from '../workflow/drafts.ts'
import type { VersionTexts } from '../workflow/version-texts.ts'
import type { Versions } from '../workflow/versions.ts'
import type { Sessions } from './auth/sessions.ts'
import type { SignIn } from './auth/sign-in.ts'
import type { Users } from './auth/users.ts'

/** What a trigger endpoint needs. */
export interface IngressServices {
  versions: Pick<Versions, 'byEndpoint' | 'acceptsToken'>
  drafts: Pick<Drafts, 'byEndpoint'>
  intake: Pick<Intake, 'accept'>
  testEvents: Pick<TestEvents, 'keep'>
}

/** What requests that end waits need. */
export interface ResumeServices {
  resumptions: Pick<Resumptions, 'find' | 'deliver'>
}

/** How the server is, for `GET /health`. */
export interface Health {
  /** Whether it takes on runs. */
  ready: boolean
  version: string
  /** Why it does not, in a word: `recovering`, `storage_full`. */
  reason?: string
}

/** A workflow to begin with. */
interface Example {
  name: string
  title: string
  description: string
  /** Its definition in YAML. */
  text: string
}

/** What the admin API needs. */
export interface ApiServices {
  /** The admin token, asked at each use. */
  adminToken: () => string
  signIn: Pick<SignIn, 'setupNeeded' | 'newSetupLink' | 'byPassword' | 'linkOf' | 'byLink' | 'changePassword'>
  sessions: Pick<Sessions, 'find' | 'list' | 'end' | 'endAll' | 'lives' | 'onChange'>
  users: Pick<Users, 'list' | 'add' | 'link' | 'remove'>
  versions: Pick<
    Versions,
    | 'deploy'
    | 'check'
    | 'byName'
    | 'workflow'
    | 'list'
    | 'nextTick'
    | 'definition'
    | 'outline'
    | 'setEnabled'
    | 'remove'
    | 'rotateToken'
  >
  versionTexts: Pick<VersionTexts, 'list' | 'read'>
  drafts: Pick<Drafts, 'list' | 'find' | 'changedAt' | 'create' | 'save' | 'remove' | 'deployed'>
  /** Workflows to begin with. */
  examples: () => readonly Example[]
  scheduler: Pick<Scheduler, 'fireNow'>
  history: Pick<History, 'getRun' | 'getListItem' | 'listRuns' | 'listItems' | 'activity' | 'openWait'>
  replays: Pick<Replays, 'offer' | 'start'>
  resumptions: Pick<Resumptions, 'deliver'>
  testEvents: Pick<TestEvents, 'keep' | 'list' | 'find' | 'remove' | 'subscribe'>
  live: Pick<LiveHub, 'subscribe' | 'subscribeAll'>
  engine: Pick<Engine, 'cancel'>
  offers: Pick<Offers, 'options' | 'props'>
  forms: Pick<Forms, 'describe' | 'options' | 'props'>
  trying: Pick<Trying, 'account' | 'binding'>
  tests: Pick<Tests, 'begin' | 'check' | 'runStep' | 'runAll' | 'end'>
  environment: Pick<Environment, 'list' | 'has' | 'save' | 'remove'>
  audit: Pick<Audit, 'list' | 'add'>
  accounts: Pick<Accounts, 'list' | 'has' | 'save' | 'remove'>
  stores: Pick<Stores, 'list' | 'kindOf' | 'save' | 'remove' | 'test' | 'kinds'>
  leases: Pick<Leases, 'trouble' | 'count'>
  data: Pick<DataStores, 'list' | 'exists' | 'get' | 'page' | 'delete' | 'clear'>
  catalogue: Catalogue
  /** Left out where they are not allowed. */
  nativeSteps?: Pick<NativeSteps, 'status'> | undefined
  components: Pick<Components, 'search' | 'offer'>
  health: () => Health
}

export interface HttpServices extends IngressServices, ResumeServices, ApiServices {
  testEvents: IngressServices['testEvents'] & ApiServices['testEvents']
  versions: IngressServices['versions'] & ApiServices['versions']
  drafts: IngressServices['drafts'] & ApiServices['drafts']
  resumptions: ResumeServices['resumptions'] & ApiServices['resumptions']
}
