/**
 * What runs in the page that is measured, as text: nothing of the page's types is known here. Times are those of
 * `performance.now()`, milliseconds since the page was asked for.
 */

/** Loaded before the page's own scripts. */
export const PROBE = `
  globalThis.probe = {
    longTasks: [],
    /** Frames' gaps while something goes on. */
    watchFrames() {
      const gaps = []
      let last = performance.now(), going = true
      const frame = () => {
        const now = performance.now()
        gaps.push(now - last)
        last = now
        if (going) requestAnimationFrame(frame)
      }
      requestAnimationFrame(frame)
      return () => { going = false; return gaps.slice(1) }
    },
    /** Resolves with the time at which the browser had painted what a selector finds. */
    shown(selector) {
      return new Promise((resolve) => {
        const look = () => {
          if (document.querySelector(selector) === null) requestAnimationFrame(look)
          else requestAnimationFrame(() => setTimeout(() => resolve(performance.now())))
        }
        look()
      })
    }
  }
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) probe.longTasks.push({ startTime, duration })
  }).observe({ type: 'longtask', buffered: true })
`

/** Bytes of scripts as they came over the line. */
export const SCRIPT_BYTES = `
  performance.getEntriesByType('resource')
    .filter(({ name }) => new URL(name).pathname.endsWith('.js'))
    .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)
`

/**
 * When what a selector finds is shown, and the page then is not busy: after the last task of over 50 ms that began before a half
 * second of quiet (https://web.dev/articles/tti, whose quiet is five seconds).
 */
export function interactiveAt(selector: string): string {
  return `probe.shown(${JSON.stringify(selector)}).then((shown) => new Promise((resolve) => {
    const look = () => {
      const busy = Math.max(shown, ...probe.longTasks.map(({ startTime, duration }) => startTime + duration))
      if (performance.now() - busy > 500) resolve(busy)
      else setTimeout(look, 50)
    }
    look()
  }))`
}

/** Clicks what a selector finds. Resolves with the milliseconds until what another finds is painted. */
export function clickedUntil(selector: string, shown: string): string {
  return `(() => {
    const from = performance.now()
    document.querySelector(${JSON.stringify(selector)}).click()
    return probe.shown(${JSON.stringify(shown)}).then((at) => at - from)
  })()`
}

/**
 * Scrolls the list of runs down, so many pixels a frame, as far as it goes with all that it loads on the way.
 * @param rows of which the last is the end
 */
export function scrolledDown(rows: number, pixels: number): string {
  return `new Promise((resolve) => {
    const box = document.querySelector('[data-testid=runs]')
    const stop = probe.watchFrames()
    const from = performance.now()
    let most = 0
    const step = () => {
      box.scrollTop += ${pixels}
      most = Math.max(most, box.querySelectorAll('[role=option]').length)
      const atEnd = box.scrollTop + box.clientHeight >= box.scrollHeight - 1
      if (atEnd && box.scrollHeight >= ${rows} * 40) resolve({ gaps: stop(), tookMs: performance.now() - from, most })
      else requestAnimationFrame(step)
    }
    requestAnimationFrame(step)
  })`
}
