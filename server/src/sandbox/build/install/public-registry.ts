/** npm's own: where packages come from unless the operator says otherwise, and what mirrors call their archives by. */
export const PUBLIC_REGISTRY = 'https://registry.npmjs.org/'
