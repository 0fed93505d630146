/** What stands in for the page where it was not built: the API and triggers do without it. */
export const NOT_BUILT = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Bellhop</title></head>
<body>
<h1>The builder is not built</h1>
<p>Bellhop runs, and its page is not here yet. Build it, and load this page again:</p>
<pre>npm run build</pre>
</body>
</html>
`
