interface SparklineProps {
  /** How many there were, by the hour; the last one is now. */
  values: readonly number[]
  /** How many of them failed. */
  bad: readonly number[]
  /** What it shows, in a sentence. */
  label: string
}

const WIDTH = 96
const HEIGHT = 22
const GAP = 1

/** A day at a glance: a bar for each hour, what failed of it in red. */
export function Sparkline({ values, bad, label }: SparklineProps) {
  const most = Math.max(1, ...values)
  const step = WIDTH / values.length
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} className="h-5.5 w-24" role="img" aria-label={label}>
      {values.map((value, hour) => {
        const [all, failed] = [height(value, most), height(Math.min(value, bad[hour] ?? 0), most)]
        const place = { x: hour * step, width: step - GAP }
        return (
          <g key={hour}>
            <rect {...place} y={HEIGHT - 1} height={1} className="fill-line" />
            {value === 0 ? null : <rect {...place} y={HEIGHT - all} height={all} className="fill-ink-3 opacity-60" />}
            {failed === 0 ? null : <rect {...place} y={HEIGHT - failed} height={failed} className="fill-bad" />}
          </g>
        )
      })}
    </svg>
  )
}

/** A single one can be seen, however many there are elsewhere. */
function height(value: number, most: number): number {
  return value === 0 ? 0 : Math.max(2.5, (value / most) * HEIGHT)
}
