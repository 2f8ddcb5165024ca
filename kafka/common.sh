# Sourced by the scripts beside it.
set -euo pipefail

# The password in /run/secrets/NAME_password. It goes into a JAAS line and a properties file, hence the alphabet.
password() {
  local secret=/run/secrets/$1_password password
  [ -r "$secret" ] || { echo "kafka: there is no file $secret with the password" >&2; return 1; }
  password=$(<"$secret")
  [[ $password =~ ^[A-Za-z0-9._~+/=-]+$ ]] ||
    { echo "kafka: the password in $secret must be of letters, digits and . _ ~ + / = - only" >&2; return 1; }
  printf %s "$password"
}

plain() { printf 'org.apache.kafka.common.security.plain.PlainLoginModule required username="%s" password="%s"' "$1" "$2"; }
