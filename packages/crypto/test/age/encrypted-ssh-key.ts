/** A throw-away key of ssh-keygen, made for this test: one round of bcrypt, passphrase "x". */
export const encryptedSshKey: string = [
  "-----BEGIN OPENSSH PRIVATE KEY-----",
  "b3BlbnNzaC1rZXktdjEAAAAACmFlczI1Ni1jdHIAAAAGYmNyeXB0AAAAGAAAABDFLh3pGj",
  "MLiWSMm83FwigRAAAAAQAAAAEAAAAzAAAAC3NzaC1lZDI1NTE5AAAAIHodzA7Ju3iqOSQa",
  "LQe9dOA2BPcKIWpJmGsQAzlE6U/CAAAAkJyI2B9yQ/fWh5ndpQH7rwOn+f5Tu92A6BuaQ5",
  "gWenOiSgWG56e7LEtO4ye7EFn6Qh/9Ec+esuMo7uBVWjn0QlhByIkEXAMwQaf/BhRg0vf4",
  "nZ5bcvFtlYe0oxdqfIqixZcQlfvTGZRwJX255nWa+IhlffE+CYkUE3bkUd5gG9pfaB7Ayz",
  "zO2+PyP6sax89wJw==",
  "-----END OPENSSH PRIVATE KEY-----",
].join("\n")
