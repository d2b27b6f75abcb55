from demand.main import main

main()
