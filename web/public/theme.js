// Before the first paint, so that a page in the dark never flashes: the policy allows no inline script.
document.documentElement.dataset.theme = localStorage.getItem('bellhop.theme') ?? 'system'
