// The thread that looks at the second core.
import { lookWhenAsked } from './core.js'

lookWhenAsked()
