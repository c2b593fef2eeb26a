// For a checkout in which npm left the optional packages out: importing the one that WITHOUT_PACKAGE names fails as it does there.
import { registerHooks } from 'node:module'

registerHooks({
  resolve(specifier, context, next) {
    if (specifier !== process.env.WITHOUT_PACKAGE) return next(specifier, context)
    throw Object.assign(new Error(`Cannot find package '${specifier}'`), { code: 'ERR_MODULE_NOT_FOUND' })
  },
})
