import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { api, body, type Schemas } from '../../api/client.ts'
import { ErrorNotice } from '../../ui/notice.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { Part } from './part.tsx'

/** What is in force on the server. What can be set is set where it is started. */
export function Server() {
  const health = useQuery({ queryKey: ['health'], queryFn: () => body(api.GET('/health')), refetchInterval: 30_000 })
  const native = useQuery({ queryKey: ['native-steps'], queryFn: () => body(api.GET('/native-steps')) })
  return (
    <div className="max-w-3xl">
      <Part
        title="This server"
        about="How it is started decides what is here: bellhop start --help lists the settings."
      >
        <dl className="grid grid-cols-[12rem_1fr] gap-y-3 text-sm">
          <Entry label="Version">{health.data?.version}</Entry>
          <Entry label="Steps in Python and Bash">
            {native.data === undefined ? undefined : nativeWords(native.data)}
          </Entry>
        </dl>
        {[health.error, native.error].map((error, index) =>
          error === null ? null : <ErrorNotice key={index} error={error} />
        )}
      </Part>
      <Part
        title="The sealing key and the machine"
        about="Asked on the machine itself, because nobody else should be able to."
      >
        <dl className="grid grid-cols-[12rem_1fr] gap-y-3 text-sm">
          <Entry label={<Code>bellhop doctor</Code>}>
            says what protects code, files and memory, and what does not
          </Entry>
          <Entry label={<Code>bellhop keys check</Code>}>says whether the key opens what is sealed</Entry>
          <Entry label={<Code>bellhop users link</Code>}>prints a link for whoever forgot the password</Entry>
        </dl>
      </Part>
    </div>
  )
}

function nativeWords({ allowed, isolation, problem, python, bash }: Schemas['NativeSteps']): string {
  if (!allowed) return 'Off: the server was started without --allow-native-steps'
  if (problem !== undefined) return `Not possible: ${problem}`
  const versions = [python === undefined ? '' : `Python ${python}`, bash === undefined ? '' : `Bash ${bash}`]
  return `${versions.filter(Boolean).join(', ')}, kept apart by ${isolation ?? 'nothing'}`
}

function Entry({ label, children }: { label: ReactNode; children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-3">{label}</dt>
      <dd>{children ?? <Skeleton className="h-5 w-48" />}</dd>
    </>
  )
}

function Code({ children }: { children: string }) {
  return <code className="font-mono text-xs text-ink">{children}</code>
}
