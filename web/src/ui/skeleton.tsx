/** Where something will stand, in the size that it will have: nothing moves when it comes. */
export function Skeleton({ className = 'h-4 w-32' }: { className?: string }) {
  return <div className={`breathe rounded bg-sunken ${className}`} aria-hidden="true" />
}

/** A list that is being loaded. */
export function SkeletonRows({ count = 6, className = 'h-12' }: { count?: number; className?: string }) {
  return (
    <div role="status" aria-label="Loading" className="flex flex-col">
      {Array.from({ length: count }, (_, index) => (
        <div key={index} className={`flex items-center gap-4 border-b px-4 ${className}`}>
          <Skeleton className="h-3.5 w-40" />
          <Skeleton className="h-3.5 flex-1" />
          <Skeleton className="h-3.5 w-20" />
        </div>
      ))}
    </div>
  )
}
