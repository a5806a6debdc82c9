export function firstLoad(code: string, folder: string): Promise<{ first: string[]; later: string[] }>
