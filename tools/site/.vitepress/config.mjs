import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { withMermaid } from 'vitepress-plugin-mermaid'

const source = 'https://github.com/hydracore/hydractl/blob/main/'
const pages = path.resolve(import.meta.dirname, '../pages')
const command = (name) => ({ text: name.replaceAll('_', ' '), link: `/docs/cli/${name}` })
const commands = readFileSync(path.join(pages, 'commands.txt'), 'utf8').trim().split('\n')

// Links to files that are no pages lead to the repository.
function linkToSource(md) {
  const open = md.renderer.rules.link_open ?? ((tokens, i, options, env, self) => self.renderToken(tokens, i, options))
  md.renderer.rules.link_open = (tokens, i, options, env, self) => {
    const href = tokens[i].attrGet('href')
    if (!/^[a-z]+:|^#/.test(href)) {
      const file = path.resolve(pages, path.dirname(env.relativePath), href.replace(/#.*/, ''))
      if (!/\.(md|html)$/.test(file) || !existsSync(file.replace(/\.html$/, '.md'))) {
        tokens[i].attrSet('href', source + path.relative(pages, file))
      }
    }
    return open(tokens, i, options, env, self)
  }
}

export default withMermaid({
  title: 'hydractl',
  description: 'Command-line admin tool for HydraCore',
  base: process.env.SITE_BASE ?? '/hydractl/',
  srcDir: 'pages',
  outDir: '../../bin/site',
  cacheDir: '../../bin/site-cache',
  cleanUrls: false,
  rewrites: { 'README.md': 'index.md', 'docs/README.md': 'docs/index.md', 'examples/README.md': 'examples/index.md' },
  markdown: {
    languageAlias: { console: 'shellsession' },
    config: linkToSource
  },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      { text: 'Start', link: '/' },
      { text: 'Guide', link: '/docs/' },
      { text: 'Commands', link: '/docs/cli/hydractl' }
    ],
    sidebar: [
      { text: 'Start', items: [
        { text: 'hydractl', link: '/' },
        { text: 'Documentation', link: '/docs/' },
        { text: 'Installing', link: '/docs/install' },
        { text: 'The sandbox', link: '/docs/sandbox' },
        { text: 'Questions', link: '/docs/faq' }
      ] },
      { text: 'Guide', items: [
        { text: 'Importing', link: '/docs/import' },
        { text: 'Exports of other products', link: '/docs/presets' },
        { text: 'How exactly-once works', link: '/docs/exactly-once' },
        { text: 'Exporting', link: '/docs/export' },
        { text: 'Credentials', link: '/docs/credentials' },
        { text: 'Importing in CI', link: '/docs/ci' },
        { text: 'From curl to hydractl', link: '/docs/from-curl' },
        { text: 'Troubleshooting', link: '/docs/troubleshooting' }
      ] },
      { text: 'Reference', items: [
        { text: 'Security', link: '/docs/security' },
        { text: 'Compatibility', link: '/docs/compatibility' },
        { text: 'Changelog', link: '/CHANGELOG' }
      ] },
      { text: 'Commands', collapsed: true, items: commands.map(command) }
    ],
    socialLinks: [{ icon: 'github', link: 'https://github.com/hydracore/hydractl' }]
  }
})
