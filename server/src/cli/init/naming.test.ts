import { describe, expect, test } from 'vitest'
import { namingOf, renamed } from './naming.ts'

describe('a name', () => {
  test('comes in all the forms that files need', () => {
    expect(namingOf('@acme/parcel-post')).toEqual({
      package: '@acme/parcel-post',
      kebab: 'parcel-post',
      slug: 'parcel_post',
      identifier: 'parcelPost',
      title: 'Parcel Post'
    })
  })

  test.each([
    '',
    'Parcels',
    'parcel_post',
    '../parcels',
    '@acme',
    '@acme/',
    'a/b',
    '7up',
    'a--b',
    'a-',
    'x'.repeat(41)
  ])('%j is refused', (name) => {
    expect(() => namingOf(name)).toThrow(expect.objectContaining({ code: 'bad_name' }) as Error)
  })

  test.each(['class', 'list', 'await'])('%s, which code could not use, is refused', (name) => {
    expect(() => namingOf(name)).toThrow(`\`${name}\` cannot name an app in code`)
  })
})

test('every form is replaced by its own', () => {
  const text = 'use: @scope/my-app@1#my-app-create, `my_app`, this.myApp, My App, my-app.example'
  expect(renamed(text, namingOf('@acme/parcel-post'))).toBe(
    'use: @acme/parcel-post@1#parcel-post-create, `parcel_post`, this.parcelPost, Parcel Post, parcel-post.example'
  )
})
