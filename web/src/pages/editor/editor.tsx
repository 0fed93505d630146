import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { Missing } from '../../app/shell.tsx'
import { EditorProvider } from '../../editor/context.tsx'
import { openQuery } from '../../editor/draft/draft.ts'
import { DraftProvider } from '../../editor/draft/provider.tsx'
import { EditorPage } from '../../editor/page.tsx'
import { Button } from '../../ui/button.tsx'
import { ErrorNotice } from '../../ui/notice.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'

/** A workflow: its draft, or the deployed version where there is none. */
export function Editor() {
  const name = useParams({ from: '/shell/workflows/$name', select: (params) => params.name })
  const { data, error, refetch } = useQuery(openQuery(name))
  if (data === null) return <Missing />
  if (data === undefined) {
    return error === null ? <Opening /> : <NotOpened error={error} again={() => void refetch()} />
  }
  return (
    <EditorProvider key={name} workflow={name} text={data.draft.text}>
      <DraftProvider opened={data}>
        <EditorPage />
      </DraftProvider>
    </EditorProvider>
  )
}

function NotOpened({ error, again }: { error: unknown; again: () => void }) {
  return (
    <div className="mx-auto max-w-xl p-8">
      <ErrorNotice
        error={error}
        action={
          <Button size="small" onClick={again}>
            Try again
          </Button>
        }
      />
    </div>
  )
}

/** The page in the sizes that it will have. */
function Opening() {
  return (
    <div role="status" aria-label="Opening the workflow" className="flex h-full flex-col">
      <div className="flex h-13 items-center border-b bg-canvas px-6">
        <Skeleton className="h-4 w-48" />
      </div>
      <div className="flex flex-1">
        <div className="mx-auto flex w-full max-w-2xl flex-col gap-5 px-10 pt-6">
          {[0, 1, 2, 3].map((row) => (
            <Skeleton key={row} className="h-14.5 w-full rounded-lg" />
          ))}
        </div>
        <div className="flex w-[46%] flex-col gap-4 border-l p-5">
          <Skeleton className="h-8 w-56" />
          <Skeleton className="h-8 w-full" />
          <Skeleton className="h-8 w-full" />
        </div>
      </div>
    </div>
  )
}
