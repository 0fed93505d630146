/** What `bellhop start --demo` needs: two workflows, the vendor that they call, and commands that try them. */
export { curlCommands, type CurlCommand } from './curl.ts'
export { DEMO_VENDOR_PORT, demoEnvironment, demoWorkflows, type DemoWorkflow } from './demo.ts'
export { startVendor, type Vendor, type VendorOptions } from './vendor/vendor.ts'
