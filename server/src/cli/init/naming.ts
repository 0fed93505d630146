import { Fault } from '@bellhop/sdk'

/** What a new package is called, in all the forms that its files need. */
export interface Naming {
  /** As npm knows it: `@acme/parcel-post`. */
  package: string
  /** Its folder, and how keys of actions begin: `parcel-post`. */
  kebab: string
  /** The app's slug: `parcel_post`. */
  slug: string
  /** In code: `parcelPost`. */
  identifier: string
  /** For people: `Parcel Post`. */
  title: string
}

const NAME = /^(?:@[a-z0-9][a-z0-9-]{0,60}\/)?([a-z][a-z0-9]*(?:-[a-z0-9]+)*)$/
/** How the files that are copied say it. */
const TEMPLATE: Naming = {
  package: '@scope/my-app',
  kebab: 'my-app',
  slug: 'my_app',
  identifier: 'myApp',
  title: 'My App'
}
/** Words of JavaScript, and of the template's own code, that cannot name an app there. */
const TAKEN = new Set(
  `arguments await break case catch class const continue debugger default delete do else enum eval export extends false
  finally for function if implements import in instanceof interface let new null package private protected public return
  static super switch this throw true try typeof var void while with yield answer fetch labels list test title`.split(
    /\s+/
  )
)

/** @throws Fault `bad_name` */
export function namingOf(name: string): Naming {
  const kebab = NAME.exec(name)?.[1]
  if (kebab === undefined || kebab.length > 40) {
    throw new Fault('bad_name', 'a package is named by lower-case words with hyphens between them', {
      hint: 'Such as `parcel-post`, or `@acme/parcel-post` with a scope; at most 40 characters.'
    })
  }
  const words = kebab.split('-')
  const titled = words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
  const identifier = [words[0], ...titled.slice(1)].join('')
  if (TAKEN.has(identifier)) {
    throw new Fault('bad_name', `\`${identifier}\` cannot name an app in code`, {
      hint: `Take another word, or two: \`${kebab}-app\`.`
    })
  }
  return { package: name, kebab, slug: words.join('_'), identifier, title: titled.join(' ') }
}

/** A text of the template, with the new names in it. */
export function renamed(text: string, naming: Naming): string {
  return text.replace(TEMPLATE_NAMES, (found) => {
    const form = FORMS.find((form) => TEMPLATE[form] === found) ?? 'kebab'
    return naming[form]
  })
}

const FORMS = ['package', 'kebab', 'slug', 'identifier', 'title'] as const
const TEMPLATE_NAMES = new RegExp(FORMS.map((form) => TEMPLATE[form]).join('|'), 'g')
