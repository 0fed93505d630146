/**
 * Node's HTTP as a CommonJS module gets it. An `import` of it reads every one of its names once, and those of WebSockets
 * load Node's own undici with all that it needs: 12 MB that a server which has an undici never uses.
 */
export const http = process.getBuiltinModule('node:http')
