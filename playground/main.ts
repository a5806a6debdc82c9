// The entry: styles, and the page.
import './styles/index.css'
import { App } from './app.js'

const app = new App()

// For the curious, in the console: playground.run.record.column('loss')
Object.defineProperty(globalThis, 'playground', { value: app })
