import { Skeleton, SkeletonRows } from '../ui/skeleton.tsx'

/** A page whose code is being loaded. */
export function PageSkeleton() {
  return (
    <div className="flex flex-col">
      <div className="border-b px-6 pt-5 pb-4">
        <Skeleton className="h-5 w-40" />
      </div>
      <SkeletonRows count={8} />
    </div>
  )
}
